"""Runs on git: results as commits on a branch of their own, and checkouts for agents."""

from brooks.workspace.git.commits import Identity, Work
from brooks.workspace.git.program import Git
from brooks.workspace.git.repository import BranchBusy, is_in_repository
from brooks.workspace.git.results import Results, find_results
from brooks.workspace.git.workspace import Committed, GitWorkspace
from brooks.workspace.git.worktrees import Worktrees

__all__ = [
    "BranchBusy",
    "Committed",
    "Git",
    "GitWorkspace",
    "Identity",
    "Results",
    "Work",
    "Worktrees",
    "find_results",
    "is_in_repository",
]
