"""Long conversations made short: what is kept, what is not, and that prefixes stay."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from brooks.models.base import (
    Answered,
    Outcome,
    Reply,
    Returned,
    Said,
    ToolCall,
    Turned,
    count_tokens,
    reply_text,
)
from brooks.models.remembering import remember
from brooks.runtime.prompting import compact, is_note

OPENING = (Said(role="system", text="s" * 2_000), Said(role="user", text="u" * 2_000))
OPENING_TOKENS = 1_000
NUDGE = Said(role="user", text="Call a tool.")


def tokens(conversation: Sequence[Turned]) -> int:
    """The estimate that the limit is about."""
    total = 0
    for item in conversation:
        if isinstance(item, Said):
            total += count_tokens(item.text)
        elif isinstance(item, Answered):
            total += count_tokens(reply_text(item.reply))
        else:
            total += sum(count_tokens(outcome.text) for outcome in item.outcomes)
    return total


def exchange(
    number: int, name: str, arguments: dict[str, object], text: str, *, ok: bool = True
) -> tuple[Turned, ...]:
    """A reply with one call, and what it gave."""
    call = ToolCall(id=f"c{number}", name=name, arguments=arguments)
    outcome = Outcome(call=call.id, ok=ok, text=text)
    return Answered(reply=Reply(text="Next.", calls=(call,))), Returned(outcomes=(outcome,))


def writing(number: int, size: int) -> tuple[Turned, ...]:
    """An exchange that writes a file of this many characters."""
    return exchange(number, "write_file", {"path": "a.py", "content": "x" * size}, "a.py written")


def talk(*exchanges: tuple[Turned, ...]) -> tuple[Turned, ...]:
    """A conversation of these exchanges."""
    return (*OPENING, *(item for each in exchanges for item in each))


def shown_call(item: Turned) -> ToolCall:
    """The one call of a reply."""
    assert isinstance(item, Answered)
    return item.reply.calls[0]


def shown_text(item: Turned) -> str:
    """The one outcome's text."""
    assert isinstance(item, Returned)
    return item.outcomes[0].text


def test_what_fits_is_left_alone() -> None:
    """Up to the limit itself nothing is rewritten."""
    conversation = talk(writing(1, 4_000), writing(2, 4_000), writing(3, 4_000))

    assert compact(conversation, tokens(conversation)) is conversation


def test_an_old_exchange_tells_what_it_was_and_not_what_it_held() -> None:
    """Contents are counted, results are named, and a failed write is not said to be written."""
    conversation = talk(
        exchange(1, "read_file", {"path": "a.py"}, "r" * 3_210),
        exchange(2, "write_file", {"path": "a.py", "content": "w" * 1_234}, "a.py written"),
        exchange(
            3, "edit_file", {"path": "b.py", "old": "o" * 600, "new": "n" * 700}, "no", ok=False
        ),
        exchange(
            4, "edit_file", {"path": "b.py", "old": "o" * 600, "new": "short"}, "b.py written"
        ),
        exchange(5, "search", {"text": "x"}, "h" * 5_000),
        writing(6, 800),
        writing(7, 800),
    )

    shown = compact(conversation, tokens(conversation) - 1)[len(OPENING) :]
    tight = compact(conversation, OPENING_TOKENS)[len(OPENING) :]

    assert (
        shown_text(shown[1])
        == "[read_file of a.py: 3,210 characters, read it again if you need it]"
    )
    assert shown_call(tight[2]).arguments == {
        "path": "a.py",
        "content": "[1,234 characters, written to the file]",
    }
    assert shown_call(tight[4]).arguments == {
        "path": "b.py",
        "old": "[600 characters, left out here]",
        "new": "[700 characters, left out here]",
    }
    assert shown_call(tight[6]).arguments == {
        "path": "b.py",
        "old": "[600 characters, replaced in the file]",
        "new": "short",
    }
    assert shown_text(tight[9]) == "[search: 5,000 characters, call it again if you need it]"


def test_what_cannot_be_asked_again_keeps_its_ends() -> None:
    """A failed check, a message of another agent, and what was thought aloud."""
    long = "first " + "x" * 5_000 + " last"
    thought = Answered(reply=Reply(text=long))
    conversation = talk(
        exchange(1, "complete", {"task": "t"}, long, ok=False),
        exchange(2, "read_mail", {}, long),
        exchange(3, "send_mail", {"to": "all", "text": long, "cc": [long, 3]}, "sent"),
        (thought, Returned(outcomes=()), Said(role="user", text=long)),
        writing(5, 10),
        writing(6, 10),
    )

    shown = compact(conversation, OPENING_TOKENS)[len(OPENING) :]

    mail = shown_call(shown[4]).arguments
    assert isinstance(shown[6], Answered)
    assert isinstance(shown[8], Said)
    short = [shown_text(shown[1]), shown_text(shown[3]), mail["text"], mail["cc"][0]]
    for text in (*short, shown[6].reply.text, shown[8].text):
        assert text.startswith("first ")
        assert text.endswith(" last")
        assert len(text) <= 500
    assert mail["cc"][1] == 3


def test_the_last_two_exchanges_are_whole_while_they_fit() -> None:
    """What was just read and written is what the next reply rests on."""
    last = (writing(4, 8_000), exchange(5, "read_file", {"path": "a.py"}, "r" * 8_000))
    conversation = talk(writing(1, 8_000), writing(2, 8_000), writing(3, 8_000), *last)

    shown = compact(conversation, OPENING_TOKENS + 4_200)

    assert shown[:2] == OPENING
    assert shown[-4:] == talk(*last)[2:]
    assert tokens(shown) <= OPENING_TOKENS + 4_200


def test_the_last_exchanges_are_cut_if_nothing_else_helps() -> None:
    """A file that alone is over the limit is cut as the tools cut one, other texts in the middle."""
    conversation = talk(
        writing(1, 40_000), exchange(2, "read_file", {"path": "a.py"}, "r" * 40_000)
    )

    shown = compact(conversation, OPENING_TOKENS + 5_000)

    assert tokens(shown) <= OPENING_TOKENS + 5_000
    assert "\n[… 32,060 characters left out …]\n" in shown_call(shown[2]).arguments["content"]
    assert shown_text(shown[5]).endswith("r\n… cut: 32060 more characters")
    assert list(remember(shown).unreadable) == ["a.py"]


def test_a_note_can_be_told_from_a_content() -> None:
    """A model may copy what it is shown, and a tool can then refuse it."""
    conversation = talk(writing(1, 1_000), writing(2, 0), writing(3, 0))
    content = shown_call(compact(conversation, OPENING_TOKENS)[2]).arguments["content"]

    assert is_note(content)
    assert is_note(f"{content}\n")
    assert not is_note(f"# {content}")
    assert not is_note("")


def test_it_is_shortened_in_steps() -> None:
    """Over 60 requests the beginning changes a few times, and all the others only add to it."""
    limit = OPENING_TOKENS + 20_000
    exchanges = [writing(number, 4_000) for number in range(60)]
    asked = [compact(talk(*exchanges[:count]), limit) for count in range(61)]

    broken = [
        count
        for count, (before, after) in enumerate(itertools.pairwise(asked))
        if after[: len(before)] != before
    ]

    assert all(tokens(each) <= limit for each in asked)
    assert 1 < len(broken) < 10
    assert all(later - earlier > 2 for earlier, later in itertools.pairwise(broken))


def test_a_simulated_agent_remembers_the_same() -> None:
    """What became of tasks is read off the beginnings and ends of outcomes, which stay."""
    output = "the check of t failed (failed):\n" + "x" * 4_000
    tail = " You no longer hold this task."
    stale = f"refused: {', '.join(f'f{number}.py' for number in range(500))} was changed by another"
    waiting = "w was not checked: a task it depends on failed its own check."
    exchanges = [
        exchange(1, "complete", {"task": "t"}, output, ok=False),
        exchange(2, "complete", {"task": "t"}, output, ok=False),
        exchange(3, "complete", {"task": "u"}, output + tail, ok=False),
        exchange(4, "complete", {"task": "s"}, stale, ok=False),
        exchange(5, "complete", {"task": "w"}, waiting, ok=False),
        exchange(6, "write_file", {"path": "a", "content": "x" * 900}, "clash " * 90, ok=False),
        exchange(7, "complete", {"task": "d"}, "d is done, 3 tests passed"),
        writing(8, 900),
        writing(9, 900),
    ]
    before, after = remember(talk(*exchanges)), remember(compact(talk(*exchanges), 0))

    for memory in (before, after):
        assert memory.failures == {"t": 2}
        assert list(memory.over) == ["u", "d"]
        assert list(memory.stale) == ["s"]
        assert list(memory.waiting) == ["w"]


texts = st.builds(lambda unit, count: unit * count, st.sampled_from("aé\n"), st.integers(0, 40_000))
names = st.sampled_from(["read_file", "write_file", "edit_file", "complete", "list_files", "odd"])
arguments = st.dictionaries(
    st.sampled_from(["path", "content", "old", "new", "task", "odd"]),
    st.one_of(texts, st.integers(), st.lists(texts, max_size=2)),
    max_size=3,
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Turned, ...]:
    """Whatever a turn may come to."""
    items: list[Turned] = [Said(role="system", text=draw(texts)), Said(role="user", text="go")]
    for number in range(draw(st.integers(0, 7))):
        calls = tuple(
            ToolCall(id=f"{number}.{index}", name=draw(names), arguments=draw(arguments))
            for index in range(draw(st.integers(0, 2)))
        )
        outcomes = tuple(
            Outcome(call=call.id, ok=draw(st.booleans()), text=draw(texts)) for call in calls
        )
        items += [Answered(reply=Reply(text=draw(texts), calls=calls)), Returned(outcomes=outcomes)]
        if not calls:
            items.append(NUDGE)
    return tuple(items)


limits = st.integers(0, 40_000)


def lengths(conversation: Sequence[Turned]) -> list[int]:
    """The length of each text, in order."""
    found = []
    for item in conversation:
        if isinstance(item, Said):
            found.append(len(item.text))
        elif isinstance(item, Answered):
            found.append(len(item.reply.text))
            for call in item.reply.calls:
                found += [len(str(value)) for value in call.arguments.values()]
        else:
            found += [len(outcome.text) for outcome in item.outcomes]
    return found


def skeleton(conversation: Sequence[Turned]) -> list[object]:
    """Everything but the texts: kinds, ids, names, the names of arguments, what went well."""
    found: list[object] = []
    for item in conversation:
        if isinstance(item, Said):
            found.append(item.role)
        elif isinstance(item, Answered):
            calls = item.reply.calls
            found += [(call.id, call.name, list(call.arguments)) for call in calls]
        else:
            found += [(outcome.call, outcome.ok) for outcome in item.outcomes]
    return found


@given(conversations(), limits)
def test_only_texts_change_and_none_grows(conversation: tuple[Turned, ...], limit: int) -> None:
    """Providers insist on calls and outcomes that belong together; nothing is ever added."""
    shown = compact(conversation, limit)

    assert skeleton(shown) == skeleton(conversation)
    assert all(
        after <= before for after, before in zip(lengths(shown), lengths(conversation), strict=True)
    )
    assert tokens(shown) <= tokens(conversation)
    assert shown[:2] == conversation[:2]


@given(conversations(), limits)
def test_once_is_enough(conversation: tuple[Turned, ...], limit: int) -> None:
    """What was made short is as short as it gets, or fits."""
    shown = compact(conversation, limit)

    assert compact(shown, limit) == shown


@given(conversations(), st.integers(0, 30_000))
def test_it_fits_if_it_can(conversation: tuple[Turned, ...], room: int) -> None:
    """Over the limit is only what has no text left to shorten, or what was never to be touched."""
    limit = tokens(conversation[:2]) + room

    shown = compact(conversation, limit)

    later = shown[2:]
    assert tokens(shown) <= limit or all(
        length <= 500
        for item in later
        for length in lengths([item])
        if not isinstance(item, Answered) or not has_list(item)
    )


def has_list(item: Answered) -> bool:
    """Whether an argument is a list, whose texts are short one by one."""
    return any(
        isinstance(value, list) for call in item.reply.calls for value in call.arguments.values()
    )


@given(conversations(), limits)
def test_a_beginning_that_fits_with_what_follows_stays(
    conversation: tuple[Turned, ...], limit: int
) -> None:
    """The next request starts with the whole of this one, unless a step was needed."""
    starts = [at for at, item in enumerate(conversation) if isinstance(item, Answered)]
    ends = [*starts, len(conversation)]
    for before, after in itertools.pairwise(ends):
        earlier = compact(conversation[:before], limit)
        grown = (*earlier, *conversation[before:after])
        if tokens(grown) <= limit:
            assert compact(conversation[:after], limit) == grown
