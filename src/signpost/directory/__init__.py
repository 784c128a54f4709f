"""Other people's directories: what an Open Referral UK feed says of a service, and ours said the same way."""
