"""Jianbao (见报): delivery tracking for newspapers and periodicals."""
