"""Agents that wait to hear what became of a change, and what they are told."""

from brooks.core.state import State
from brooks.ids import ProposalId, TurnId
from brooks.runtime.link import AwaitVerdict, Letter
from brooks.runtime.mailroom import Mailroom


class VerdictDesk:
    """Keeps letters that ask for a verdict until there is one, or until their turn is over."""

    def __init__(self, state: State, mail: Mailroom) -> None:
        self._state = state
        self._mail = mail
        self._waiting: dict[ProposalId, list[Letter]] = {}
        self._of_turn: dict[TurnId, list[ProposalId]] = {}

    def ask(self, letter: Letter, question: AwaitVerdict) -> None:
        """Answer now if it can be answered; None to a turn that is over."""
        turn = self._state.turns.get(question.turn)
        if turn is None:
            self._mail.answer(letter, None)
        elif question.proposal in turn.verdicts:
            self._mail.answer(letter, turn.verdicts[question.proposal])
        else:
            self._waiting.setdefault(question.proposal, []).append(letter)
            self._of_turn.setdefault(question.turn, []).append(question.proposal)

    def tell(self, proposal: ProposalId) -> None:
        """There is a verdict."""
        for letter in self._waiting.pop(proposal, ()):
            question = letter.question
            assert isinstance(question, AwaitVerdict)
            turn = self._state.turns.get(question.turn)
            self._mail.answer(letter, None if turn is None else turn.verdicts.get(proposal))

    def end_turn(self, turn: TurnId) -> None:
        """A turn is over: whoever waits in it need not wait any longer."""
        for proposal in self._of_turn.pop(turn, ()):
            for letter in self._waiting.pop(proposal, ()):
                self._mail.answer(letter, None)
