"""From the section of a team to the team: what is not said comes from its preset."""

from typing import TypedDict, TypeVar

from msgspec.structs import replace

from brooks.core.message import Message
from brooks.core.spec import Assignment, Elastic, Member, Scheduler, Team
from brooks.core.team_rules import Failing, Redundancy, Rules, Stragglers
from brooks.ids import AgentId
from brooks.spec.guarantees import guarantees_of
from brooks.spec.presets import PRESETS, Preset
from brooks.spec.section import Section
from brooks.spec.team_sections import MemberSection, TeamSection

AnyMessage = TypeVar("AnyMessage", bound=Message)


class TeamOptions(TypedDict, total=False):
    """Settings that stand above those of a team's section; None leaves one as it is."""

    batch: int | None
    attempts: int | None
    lost_leases: int | None
    lease_seconds: float | None
    turn_seconds: float | None
    requests_per_turn: int | None
    context_tokens: int | None
    found_tasks: int | None
    rounds: int | None


LEASE_SECONDS = Team(preset="", members=()).lease_seconds
"""How long a lease holds if nobody says otherwise; the seconds of presets are meant beside it."""


def team_of(section: TeamSection) -> Team:
    """Give the team that a section describes, whether or not it makes sense as a whole."""
    preset = PRESETS[section.preset]
    members = _members(section, preset)
    claims = section.claims or preset.claims
    rules = _weighed(_rules(section, preset), members)
    team = Team(
        preset=section.preset,
        members=members,
        assignment=section.assignment or preset.assignment,
        scheduler=section.scheduler or _usual_scheduler(preset, members),
        claims=claims,
        pacing=section.pacing or preset.pacing,
        batch=preset.batch,
        rules=rules,
        guarantees=guarantees_of(claims, rules),
    )
    team = replace(team, elastic=_elastic(section, team))
    given = {name: getattr(section, name) for name in TeamOptions.__annotations__}
    return replace(team, **{name: value for name, value in given.items() if value is not None})


def fewest(team: Team) -> int:
    """Give the fewest agents that a team can do with."""
    return max(team.rules.redundancy.replicas, 2 if team.assignment is Assignment.LEAD else 1)


def _elastic(section: TeamSection, team: Team) -> Elastic | None:
    if section.elastic is None:
        return None
    return _changed(Elastic(least=fewest(team)), section.elastic)


def _members(section: TeamSection, preset: Preset) -> tuple[Member, ...]:
    if section.members is None:
        size = section.size or preset.size
        return tuple(Member(id=AgentId(f"agent-{number}")) for number in range(1, size + 1))
    found: list[Member] = []
    for alike in section.members:
        names = alike.names(len(found) + 1)
        found += [_member(AgentId(name), alike) for name in names]
    return tuple(found)


def _member(name: AgentId, section: MemberSection) -> Member:
    return Member(
        id=name,
        model=section.model,
        speed=section.speed,
        price=section.price,
        skills=tuple(dict.fromkeys(section.skills)),
        weight=section.weight,
        group=section.group or "",
        lead=section.lead,
        joins=section.joins,
        leaves=section.leaves,
    )


def _usual_scheduler(preset: Preset, members: tuple[Member, ...]) -> Scheduler:
    """Give the scheduler of a team that names none: some presets have another for unlike members."""
    kinds = {(member.speed, member.price, frozenset(member.skills)) for member in members}
    return preset.unlike if preset.unlike and len(kinds) > 1 else preset.scheduler


def _rules(section: TeamSection, preset: Preset) -> Rules:
    rules = preset.rules
    if section.assignment is Assignment.LEAD:  # who assigns every task itself has no use for these
        rules = replace(rules, stragglers=Stragglers(), redundancy=Redundancy())
    return Rules(
        consistency=section.consistency or rules.consistency,
        cut_off=section.cut_off or rules.cut_off,
        redundancy=_changed(rules.redundancy, section.redundancy),
        stragglers=_changed(rules.stragglers, section.stragglers),
        failing=_failing(section, rules.failing),
        messaging=_changed(rules.messaging, section.messages),
    )


def _weighed(rules: Rules, members: tuple[Member, ...]) -> Rules:
    """Give the rules with the weights of the members' votes, where those differ."""
    weights = tuple(member.weight for member in members)
    if len(set(weights)) <= 1:
        return rules
    return replace(rules, redundancy=replace(rules.redundancy, weights=weights))


def _changed(usual: AnyMessage, section: Section | None) -> AnyMessage:
    """Give the preset's rule with what the section says in place of what it says itself."""
    if section is None:
        return usual
    given = {name: getattr(section, name) for name in type(section).model_fields}
    return replace(usual, **{name: value for name, value in given.items() if value is not None})


def _failing(section: TeamSection, usual: Failing) -> Failing:
    """Give what is done about failures; 0 seconds are never.

    A preset's suspicion is a share of the lease: with longer leases, which are renewed more seldom,
    its 20 seconds would suspect every agent between two renewals.
    """
    if usual.suspect_seconds is not None and section.lease_seconds is not None:
        share = usual.suspect_seconds / LEASE_SECONDS
        usual = replace(usual, suspect_seconds=share * section.lease_seconds)
    failing = _changed(usual, section.failure)
    return replace(
        failing,
        stall_seconds=failing.stall_seconds or None,
        suspect_seconds=failing.suspect_seconds or None,
    )
