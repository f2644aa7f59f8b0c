"""Profiles: how fast, how wordy and how careful a simulated model is.

Those that come with the package are the files in `profiles/`, each with what its numbers rest on.
Another one is a file of the same keys, named by its path: `sim:my-profile.yaml`.
"""

from pathlib import Path

from brooks.core.message import Message
from brooks.errors import UsageError

_FOLDER = Path(__file__).parent / "profiles"
_SUFFIXES = (".yaml", ".yml", ".json")


class Profile(Message, frozen=True, kw_only=True):
    """How a simulated model behaves.

    A reply takes `overhead_seconds`, the time for its input and the time for its output together,
    times a lognormal factor whose mean is 1, and sometimes a stall. The keys with a default are for
    profiles that were fitted to logs (`brooks.models.amounts`) and for teams without leases
    (`brooks.models.simulated_free`).
    """

    overhead_seconds: float
    """What every reply takes, however short."""
    output_tokens_per_second: float
    latency_sigma: float
    """Standard deviation of the logarithm of the factor; 0 for latencies that do not vary."""
    seconds_per_1k_input: float
    mistake: float
    """Probability that what is first written for a task in a turn is wrong."""
    repair: float
    """Probability that what is written after a failed check is right."""
    stall: float
    """Probability that a request hangs."""
    stall_seconds: float
    """How long it then hangs."""
    whole_load: float
    """Share of agents that do all their open tasks in one reply; the others do one task a reply."""
    thinking_tokens: int
    """Output tokens of every reply beside its text and calls."""
    chosen_load: float = 0.5
    """Share of agents that do all at once where nobody hands out tasks or leases; the others one a reply."""
    waits_first: float = 0.0
    """Share of those others that claim first, or look on, and work when they are asked again."""
    orphaned: float = 0.0
    """Share of claims that are never reported as done, in a team of three without leases; with n agents it is
    (n - 1) / 2 times as much."""
    runs_tests: float = 0.0
    """Share of replies in a team without leases that run a test."""
    chained_load: float | None = None
    """Where tasks were dealt without leases, the share of agents that do all at once though many tasks wait.

    With w tasks that wait for others, those who go one by one are w / (w + 1) times as many. None for the
    same as `whole_load`.
    """
    unreported: float = 0.0
    """Probability that a reply that was cut off, or has such work to report, does not say what is done."""
    rewrites: float = 0.0
    """Probability that one who does all at once writes a file of an open task again in its second reply.

    In the one after that the square of it, and so on, since it has then done so once more.
    """
    reports_late: float = 0.0
    """Where agents choose, share of the replies that claim and write and report none of it.

    Of an agent alone only its first reply does that, half as often again.
    """
    recalls: float = 1.0
    """Probability that an agent alone reports such a task in its next reply, and in each one after that.

    In a team the k-th reply after the claim reports it with the probability `recalls` to the power k + 1,
    and hardly any once the claim has left the agent's memory.
    """
    catches_up: float = 0.0
    """Probability that a reply of one who goes one by one does all the rest at once."""
    pace_sigma: float = 0.0
    """Standard deviation of the logarithm of how slow all replies of a run are, as on a day of much load."""
    file_tokens: float = 0.0
    """Output tokens of a file of a task of effort 1; 0 to count what is written."""
    output_sigma: float = 0.0
    """Standard deviation of the logarithm of how wordy a reply is."""
    overhead_sigma: float = 0.0
    """Standard deviation of the logarithm of the overhead, beside `latency_sigma`, which is of all of it."""
    idle_seconds: float | None = None
    """Mean time of a reply that writes no file; None if it is the overhead and its output."""
    prompt_tokens: int | None = None
    """Input tokens of a first request; None to count what is sent."""
    message_tokens: int = 0
    """What each message in the memory adds to it, where `prompt_tokens` is given."""


def bundled_profiles() -> tuple[str, ...]:
    """Names of the profiles that come with the package, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_profile(name: str) -> Profile:
    """The profile of a name, or of a path that ends in `.yaml`, `.yml` or `.json`.

    Raises:
        UsageError: There is no such profile, or something in the file is wrong.
        OutsideError: The file is there and cannot be read.
    """
    from brooks.models.sections import ProfileSection
    from brooks.spec.documents import nearest
    from brooks.spec.files import read_document
    from brooks.spec.validation import validate_whole

    bundled = bundled_profiles()
    path = _FOLDER / f"{name}.yaml" if name in bundled else Path(name)
    if path.suffix.lower() not in _SUFFIXES:
        near = nearest(name, bundled)
        advice = f"did you mean {near!r}? " if near else ""
        raise UsageError(
            f"there is no simulated model {name!r}: {advice}There are {', '.join(bundled)}; "
            "or name a profile of your own by its path, such as 'sim:my-profile.yaml'"
        )
    section = validate_whole(ProfileSection, read_document(path, kind="profile"))
    return Profile(**section.model_dump())
