"""Every table and column, and why each may be kept. The migrations build the same; a test compares them.

No column holds a person's words as they came, but for the two that must pass them on: `inbox.payload` until the update
is handled, and `outbox.payload` (our own reply) until it is sent. `gap.text` is redacted and goes after 30 days. People
appear as keyed hashes (`keys`), but for `outbox.chat_id`, without which nothing could be sent, and the
sealed addresses of `notice` and `digest_wish`; a row of the first two goes with the message.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

WHO = 64
"""Hexadecimal digits of a keyed hash (HMAC-SHA-256)."""


class Utc(TypeDecorator[dt.datetime]):
    """A moment in UTC on both databases: SQLite forgets the zone, so it is put back. Refuses a naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only what is called INTEGER."""
COUNTED: dict[str, Any] = {"sqlite_autoincrement": True}
"""Like PostgreSQL, SQLite then never gives a deleted row's number to a new one: `sent` must not hit another message."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class InboxRow(Base):
    """An update as it came, written down before it is acknowledged."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(
            "ix_inbox_waiting", "channel", "who", "update_id",
            sqlite_where=text("handled_at IS NULL"), postgresql_where=text("handled_at IS NULL"),
        ),
        COUNTED,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    update_id: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(String(WHO))
    """Of the chat; keeps the order within it, and is emptied when the update is handled."""
    payload: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[dt.datetime] = mapped_column(Utc)
    handled_at: Mapped[dt.datetime | None] = mapped_column(Utc)


class OutboxRow(Base):
    """A message still to be sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("channel", "source", "ordinal"),
        Index("ix_outbox_order", "channel", "who", "id"),
        COUNTED,
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64))
    ordinal: Mapped[int]
    who: Mapped[str] = mapped_column(String(WHO))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(64))
    payload: Mapped[Any] = mapped_column(JSON)
    not_before: Mapped[dt.datetime] = mapped_column(Utc)
    attempts: Mapped[int]


class ConversationRow(Base):
    """What an open conversation needs for its next turn, and nothing else."""

    __tablename__ = "conversation"

    who: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    turn: Mapped[Any] = mapped_column(JSON)
    expires_at: Mapped[dt.datetime] = mapped_column(Utc, index=True)


class DispositionRow(Base):
    """What became of one message. Counts are made of these; there is no text in any of them."""

    __tablename__ = "disposition"
    __table_args__ = (UniqueConstraint("channel", "source"), COUNTED)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64))
    """Number of the update, or a random token where the channel has no number: what makes a repeat harmless."""
    at: Mapped[dt.datetime] = mapped_column(Utc, index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    urgent: Mapped[bool]
    danger: Mapped[str | None] = mapped_column(String(60))
    topics: Mapped[Any] = mapped_column(JSON)
    """[[topic id, score], ...], best first."""
    knowledge: Mapped[str] = mapped_column(String(64))
    tier: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16))
    asker: Mapped[str | None] = mapped_column(String(WHO))
    """Keyed hash of who asked, with the month in it: people are counted once a month, and never followed beyond it."""
    origin: Mapped[str] = mapped_column(String(16), server_default="self")
    """`gap.Origin`."""
    area: Mapped[str | None] = mapped_column(String(24))
    """`gap.Area`; like the three that follow, read from the message or tapped, and empty when not said."""
    age_band: Mapped[str | None] = mapped_column(String(8))
    district: Mapped[str | None] = mapped_column(String(24))
    language: Mapped[str | None] = mapped_column(String(8))
    """ISO 639 code, where it is one that cannot be answered."""

    said: Mapped[str | None] = mapped_column(String(8))
    """`gap.Said`: pressed under the reply, the last one counts."""


class GapRow(Base):
    """A question that was not met, beside its disposition, which says when, where and of whom."""

    __tablename__ = "gap"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    disposition_id: Mapped[int] = mapped_column(ForeignKey("disposition.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`gap.Kind`."""
    reason: Mapped[str | None] = mapped_column(String(24))
    """`gap.Reason`, when somebody said or it is plain."""
    text: Mapped[str | None] = mapped_column(Text)
    """Redacted words; emptied at `forget_at`."""
    forget_at: Mapped[dt.datetime | None] = mapped_column(Utc, index=True)
    """Empty when the words are gone, or were kept as evidence by a decision (`theme_event`)."""
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    placed_by: Mapped[str | None] = mapped_column(String(8))
    """`engine` or `person`: what a person placed stays there."""


class ThemeRow(Base):
    """Gaps that are one matter. It keeps its number and its name when new ones join."""

    __tablename__ = "theme"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    named_by: Mapped[str] = mapped_column(String(8))
    """`engine` or `person`."""
    entry: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The entry of `beside/unmet.yaml` that it is about, when it is one that curators know."""
    made_at: Mapped[dt.datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(16))
    """`gap.Triage`."""
    owner: Mapped[str] = mapped_column(String(100), server_default="")
    wakes_at: Mapped[int | None]
    """Distinct people beyond which a theme that was set aside comes back."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    centre: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Mean of its questions as the engine sees them (float32): it can be joined when their words are gone."""
    seen_by: Mapped[str] = mapped_column(String(32), server_default="")
    """Which network made that mean, `themes.group.eyes`."""
    size: Mapped[int] = mapped_column(server_default="0")
    """Questions in that mean."""


class ThemeEventRow(Base):
    """What a person or the engine did to a theme, and why. Only ever added to."""

    __tablename__ = "theme_event"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Utc)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(24))
    detail: Mapped[Any] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(500))


class ThemeMilestoneRow(Base):
    """A theme that a milestone of the plan speaks to."""

    __tablename__ = "theme_milestone"

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    milestone: Mapped[str] = mapped_column(String(16), primary_key=True)


class PlanEventRow(Base):
    """What one of the staff recorded about the plan, or took back. Only ever added to."""

    __tablename__ = "plan_event"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the form or the update that it came by: what makes a repeat harmless."""
    at: Mapped[dt.datetime] = mapped_column(Utc)
    actor: Mapped[str] = mapped_column(String(100))
    """The label of the right."""
    action: Mapped[str] = mapped_column(String(16))
    """`plan.alive.Action`."""
    subject: Mapped[str] = mapped_column(String(16), index=True)
    """A milestone or initials; empty for a new milestone, which is called after this row."""
    said: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(500))
    """Redacted."""
    undoes: Mapped[int | None] = mapped_column(ForeignKey("plan_event.id"))
    new: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """A new milestone: the fields of `knowledge.plan.Addition`, its text redacted."""


class ResponseRow(Base):
    """You said, we did: written by one person, approved by another, then published."""

    __tablename__ = "response"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    you_said: Mapped[str] = mapped_column(Text)
    we_did: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(100))
    written_at: Mapped[dt.datetime] = mapped_column(Utc)
    approved_by: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[dt.datetime | None] = mapped_column(Utc)
    published_at: Mapped[dt.datetime | None] = mapped_column(Utc, index=True)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Utc)


class ReportMonthRow(Base):
    """The people counted in one month, once it was over: reports are made of these, and they never change."""

    __tablename__ = "report_month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    counted_at: Mapped[dt.datetime] = mapped_column(Utc)
    counts: Mapped[Any] = mapped_column(JSON)


class DigestWishRow(Base):
    """A commissioner who asked on Telegram for reports at a rhythm; goes when they no longer want them."""

    __tablename__ = "digest_wish"

    who: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    """Keyed hash of the chat: reports go there for as long as a commissioner's right is linked to it."""
    every: Mapped[str] = mapped_column(String(8))
    """`week` or `month`."""
    address: Mapped[str] = mapped_column(Text)
    """The chat's id, sealed with the installation's key."""
    sent: Mapped[str] = mapped_column(String(8))
    """The newest week or month that was sent, or in which it was asked for."""


class NoticeRow(Base):
    """A message promised to whoever asked on Telegram to be told when a gap is answered; goes when it is sent."""

    __tablename__ = "notice"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(WHO))
    """Keyed hash of chat and gap together: `/forgetme` finds its own rows, and no two look like one person's."""
    address: Mapped[str] = mapped_column(Text)
    """The chat's id, sealed with the installation's key."""
    asked_at: Mapped[dt.datetime] = mapped_column(Utc, index=True)


class DirectoryFeedRow(Base):
    """Somebody's directory of services, and how far its import has come. Nothing here is about people who ask."""

    __tablename__ = "directory_feed"

    source: Mapped[str] = mapped_column(String(300), primary_key=True)
    run: Mapped[int]
    begun_at: Mapped[dt.datetime] = mapped_column(Utc)
    next_page: Mapped[int | None]
    """Empty when the last import came to its end."""
    pages: Mapped[Any] = mapped_column(JSON)
    """A digest of the ids on each page of this run, by which a loop of pages is known."""
    counts: Mapped[Any] = mapped_column(JSON)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Utc)


class DirectoryServiceRow(Base):
    """A service as its directory tells it; what curators write stays in files of their own."""

    __tablename__ = "directory_service"

    source: Mapped[str] = mapped_column(String(300), primary_key=True)
    ident: Mapped[str] = mapped_column(String(100), primary_key=True)
    run: Mapped[int]
    """The last import that saw it."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the record as it came: equal, and nothing is written."""
    modified: Mapped[str] = mapped_column(String(40))
    """`last_modified` as the list gave it: equal, and the record is not asked for again."""
    listed: Mapped[Any] = mapped_column(JSON)
    """`directory.record.Listed`."""


class DirectoryFaultRow(Base):
    """What the last import of a directory found wrong."""

    __tablename__ = "directory_fault"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source: Mapped[str] = mapped_column(String(300), index=True)
    page: Mapped[int]
    ident: Mapped[str] = mapped_column(String(100))
    field: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(300))
    is_refused: Mapped[bool]


class ChannelSwitchRow(Base):
    """Whether a channel answers, or says the fixed message only."""

    __tablename__ = "channel_switch"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    is_on: Mapped[bool]
    why: Mapped[str] = mapped_column(String(500))
    changed_at: Mapped[dt.datetime] = mapped_column(Utc)


class AuditRow(Base):
    """Who of the staff did what, when and why. Only ever added to."""

    __tablename__ = "audit"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Utc, index=True)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(String(500))


class InvitationRow(Base):
    """A right offered once to whoever holds the token, of which only the keyed hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    token: Mapped[str] = mapped_column(String(WHO), unique=True)
    right: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[dt.datetime] = mapped_column(Utc)
    expires_at: Mapped[dt.datetime] = mapped_column(Utc)


class MemberRow(Base):
    """Somebody of the staff with a right. The label is what the inviter wrote; no name is asked for."""

    __tablename__ = "member"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    right: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(100))
    since: Mapped[dt.datetime] = mapped_column(Utc)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Utc)
    telegram: Mapped[str | None] = mapped_column(String(WHO), unique=True)
    """Keyed hash of their Telegram id, once they have linked it."""


class SignInRow(Base):
    """A web session: the browser holds the token, this its keyed hash."""

    __tablename__ = "sign_in"

    token: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    seen_at: Mapped[dt.datetime] = mapped_column(Utc)
    expires_at: Mapped[dt.datetime] = mapped_column(Utc, index=True)


class OneTimeCodeRow(Base):
    """A short code that proves on one channel who somebody is on the other; deleted when it is used."""

    __tablename__ = "one_time_code"

    code: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(Utc, index=True)


class ChallengeRow(Base):
    """What has to be brought back once, and soon, by somebody who signs in with a council account or a passkey."""

    __tablename__ = "challenge"

    challenge: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    """Keyed hash."""
    purpose: Mapped[str] = mapped_column(String(16))
    held: Mapped[str] = mapped_column(Text)
    """Sealed: what goes with it; or empty."""
    expires_at: Mapped[dt.datetime] = mapped_column(Utc, index=True)


class CouncilAccountRow(Base):
    """A member's account at the council's OpenID Connect provider, as the keyed hash of its subject."""

    __tablename__ = "council_account"

    account: Mapped[str] = mapped_column(String(WHO), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)


class PasskeyRow(Base):
    """The public half of a key on a member's device. It says nothing about the person or the device."""

    __tablename__ = "passkey"
    __table_args__ = COUNTED

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """Its id, base64url; WebAuthn allows 1,023 bytes."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often it has signed, as it says itself; one that goes back has been copied. Some always say 0."""
    made_at: Mapped[dt.datetime] = mapped_column(Utc)
    used_at: Mapped[dt.datetime | None] = mapped_column(Utc)


class FailedSignInRow(Base):
    """A wrong code or link, so that guessing is stopped. The address is a keyed hash, and goes within the hour."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_address_at", "address", "at"), COUNTED)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    address: Mapped[str] = mapped_column(String(WHO))
    at: Mapped[dt.datetime] = mapped_column(Utc)
