"""What lptrack does, apart from the command line: `update` takes logs in and asks trackers, `view` builds reports."""
