"""Debian's bug tracker (debbugs): read over its SOAP service, its past understood from the mail in its log."""
