"""What is wrong with a team as a whole, though each of its keys is right.

Each check gives the place of a problem within the team's section, and the sentence for it. Checks
that depend on the size wait until it is known: a team file may leave it to `-n`.
"""

from collections.abc import Iterator
from typing import TypeAlias

from brooks.core.spec import Assignment, Claims, Pacing, Team
from brooks.core.team_rules import Consistency
from brooks.core.voting import fewest_voters
from brooks.core.voting.rules import Rule
from brooks.spec.building import fewest, team_of
from brooks.spec.documents import Document, Place
from brooks.spec.presets import PRESETS
from brooks.spec.team_sections import TeamSection

Problems: TypeAlias = Iterator[tuple[Place, str]]

RENEWALS = 3
"""Workers renew a lease after a third of it."""


def check_team(
    section: TeamSection, document: Document, *, place: Place = (), is_final: bool = False
) -> None:
    """Complain to the document of what is wrong with the team that stands at a place.

    Args:
        section: The team.
        document: Where it stands.
        place: Where in the document.
        is_final: Whether nobody is going to give another size.
    """
    team = team_of(section)
    problems = [*_pacing(team, section), *_advisory(team, section), *_led(team, section)]
    problems += [*_quorum(team, section), *_failing(team, section), *_stragglers(team, section)]
    problems += [*_times(section), *_all_leave(team), *_groups(team), *_elastic(team, section)]
    if is_final or section.size or section.members or PRESETS[section.preset].is_fixed:
        problems += [*_replicas(team, section), *_lead(team, section), *_bounds(team)]
    for within, text in problems:
        document.complain((*place, *within), text)


def _written(section: TeamSection, *places: Place) -> Place:
    """Give the first of some places where the section says something, or else its own."""
    for place in places:
        value: object = section
        for key in place:
            value = getattr(value, str(key), None)
        if value is not None:
            return place
    return ()


def _pacing(team: Team, section: TeamSection) -> Problems:
    if team.pacing is Pacing.ROUNDS and team.claims is not Claims.ADVISORY:
        yield (
            _written(section, ("pacing",), ("claims",)),
            (
                f"the pacing 'rounds' goes with advisory claims only, for now, and 'claims' is "
                f"{team.claims.value!r}: write 'claims: advisory', or 'pacing: async'"
            ),
        )


def _led(team: Team, section: TeamSection) -> Problems:
    """A lead says who does what: nobody doubles a task or takes over another's by a rule."""
    if team.assignment is not Assignment.LEAD:
        return
    rules = team.rules
    needs: list[tuple[bool, Place, str]] = [
        (rules.redundancy.replicas > 1, ("redundancy", "replicas"), "replicas of tasks"),
        (rules.stragglers.backups, ("stragglers", "backups"), "backups of late tasks"),
        (rules.stragglers.stealing, ("stragglers", "stealing"), "stealing of tasks"),
    ]
    for is_needed, place, what in needs:
        if is_needed:
            yield (
                _written(section, place, ("assignment",)),
                (
                    f"a lead assigns every task itself, so there is no use for {what}: leave that "
                    "out, or choose another 'assignment'"
                ),
            )


def _advisory(team: Team, section: TeamSection) -> Problems:
    """What only leases can keep: with advisory claims the board refuses nothing and locks nothing."""
    if team.claims is not Claims.ADVISORY:
        return
    rules = team.rules
    needs: list[tuple[bool, Place, str]] = [
        (
            team.assignment in {Assignment.LEAD, Assignment.HYBRID},
            ("assignment",),
            f"the assignment {team.assignment.value!r}",
        ),
        (
            rules.consistency in {Consistency.LOCKED, Consistency.ISOLATED},
            ("consistency",),
            f"the consistency {rules.consistency.value!r}",
        ),
        (
            rules.redundancy.replicas > 1,
            ("redundancy", "replicas"),
            f"work on {rules.redundancy.replicas} replicas of each task",
        ),
        (rules.stragglers.backups, ("stragglers", "backups"), "a backup of what takes long"),
    ]
    for is_needed, place, what in needs:
        if is_needed:
            yield (
                _written(section, place, ("claims",)),
                (
                    f"{what} goes with leases only, and 'claims' is 'advisory': "
                    "write 'claims: leased', or take it out"
                ),
            )


def _replicas(team: Team, section: TeamSection) -> Problems:
    replicas, size = team.rules.redundancy.replicas, len(team.members)
    if replicas > size:
        agents = "1 agent" if size == 1 else f"{size} agents"
        yield (
            _written(section, ("redundancy", "replicas"), ("size",), ("members",)),
            (
                f"{replicas} replicas of each task need {replicas} agents, and the team has {agents}: "
                f"give it more, or write 'redundancy: {{replicas: {size}}}'"
            ),
        )


def _quorum(team: Team, section: TeamSection) -> Problems:
    redundancy = team.rules.redundancy
    faulty, replicas = redundancy.faulty, redundancy.replicas
    if redundancy.rule is not Rule.QUORUM:
        for key in ("faulty", "byzantine"):
            if getattr(redundancy, key):
                yield (
                    ("redundancy", key),
                    (
                        f"{key!r} is for a quorum, and the rule is {redundancy.rule.value!r}: "
                        "write 'rule: quorum', or take it out"
                    ),
                )
        return
    kind, bound = ("wrong", "3f + 1") if redundancy.byzantine else ("silent", "2f + 1")
    fewest = fewest_voters(faulty, byzantine=redundancy.byzantine)
    if replicas < fewest:
        yield (
            _written(section, ("redundancy", "replicas"), ("redundancy", "faulty")),
            (
                f"a quorum that bears f = {faulty} {kind} needs {bound} = {fewest} replicas, and there "
                f"{'is' if replicas == 1 else 'are'} {replicas}: write 'replicas: {fewest}', or bear fewer"
            ),
        )


def _lead(team: Team, section: TeamSection) -> Problems:
    if team.assignment is Assignment.LEAD and len(team.members) < 2:
        yield (
            _written(section, ("size",), ("members",), ("assignment",)),
            (
                "the assignment 'lead' needs a lead and somebody to be led, and the team has 1 agent: "
                "give it 2 or more"
            ),
        )


def _stragglers(team: Team, section: TeamSection) -> Problems:
    stragglers = team.rules.stragglers
    if stragglers.backups and stragglers.copies < 2:
        yield (
            _written(section, ("stragglers", "copies"), ("stragglers", "backups")),
            (
                f"a backup is a second copy, and 'copies' is {stragglers.copies}: "
                "write 2 or more, or 'backups: false'"
            ),
        )


def _failing(team: Team, section: TeamSection) -> Problems:
    failing = team.rules.failing
    if failing.escalate_after and not failing.escalate_to:
        yield (
            ("failure", "escalate_after"),
            (
                f"after {failing.escalate_after} failed attempts no model is named to go on: "
                "name one in 'escalate_to'"
            ),
        )
    if failing.escalate_to and not failing.escalate_after:
        yield (
            ("failure", "escalate_to"),
            (
                f"{failing.escalate_to!r} is never asked: say in 'escalate_after' after how many failed "
                "attempts it is"
            ),
        )
    renewal = team.lease_seconds / RENEWALS
    if failing.suspect_seconds is not None and failing.suspect_seconds <= renewal:
        yield (
            _written(section, ("failure", "suspect_seconds"), ("lease_seconds",)),
            (
                f"{failing.suspect_seconds:g} s of silence are usual, since a lease of "
                f"{team.lease_seconds:g} s is renewed every {renewal:g} s: "
                "suspect later, or make 'lease_seconds' shorter"
            ),
        )


def _times(section: TeamSection) -> Problems:
    for number, member in enumerate(section.members or ()):
        if member.leaves is not None and member.leaves <= member.joins:
            yield (
                ("members", number, "leaves"),
                (
                    f"it leaves at {member.leaves:g} s and joins at {member.joins:g} s: "
                    "let it leave later than it joins"
                ),
            )


def _all_leave(team: Team) -> Problems:
    """A team in which everybody leaves would wait for ever with what is left to do."""
    if all(member.leaves is not None for member in team.members):
        yield (
            ("members",),
            "everybody leaves, and whatever is open then would wait for ever: let one member stay",
        )


def _elastic(team: Team, section: TeamSection) -> Problems:
    """Who is called when tasks wait must be able to take them, and the board must know which do."""
    if team.elastic is None:
        return
    at_work = fewest(team)
    if team.elastic.least < at_work:
        yield (
            ("elastic", "least"),
            (
                f"such a team needs {at_work} agents, and {team.elastic.least} may be all there are: "
                f"write 'least: {at_work}'"
            ),
        )
    hoards = team.assignment is Assignment.HYBRID and not team.rules.stragglers.stealing
    if team.claims is Claims.ADVISORY:
        place = _written(section, ("claims",), ("pacing",), ("elastic",))
        yield place, "with advisory claims nobody knows which tasks wait: take 'elastic' out"
    elif team.assignment is Assignment.PREASSIGNED or hoards:
        yield (
            _written(section, ("stragglers", "stealing"), ("assignment",), ("elastic",)),
            (
                "every task has its agent beforehand, so there is nothing for one that comes later: "
                "write 'assignment: hybrid' with stealing, or take 'elastic' out"
            ),
        )
    for number, member in enumerate(section.members or ()):
        for key in ("skills", "group", "joins", "leaves"):
            if getattr(member, key):
                yield (
                    ("members", number, key),
                    (
                        f"an elastic team calls its members in their order, whatever their {key!r}: "
                        "take one of the two out"
                    ),
                )


def _bounds(team: Team) -> Problems:
    if team.elastic is not None and team.elastic.least > len(team.members):
        yield (
            ("elastic", "least"),
            (
                f"the least is {team.elastic.least} and the team has {len(team.members)} at the most: "
                "give it a larger 'size', or a smaller 'least'"
            ),
        )


def _groups(team: Team) -> Problems:
    """Where anybody leads, everybody must have somebody who does."""
    groups = dict.fromkeys(member.group for member in team.members)
    led = {member.group for member in team.members if member.lead}
    for group in groups if led else ():
        if group not in led:
            who = f"the group {group!r} has" if group else "the members without a 'group' have"
            yield (
                ("members",),
                f"{who} no lead, and others have one: write 'lead: true' for a member of it",
            )
