"""The gacha: banners, draws, odds, fairness, ledger events and texts, without AWS or Discord."""
