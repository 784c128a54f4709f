"""Starts every configured channel. The Telegram channel will live here; today the web chat is the only one."""
