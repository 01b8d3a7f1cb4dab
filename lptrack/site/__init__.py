"""Static pages of all teams, meetings and bugs: from typed evidence to bytes. Pure; the files are the job's."""
