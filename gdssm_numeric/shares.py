"""The state of some replicas of a run: taken out of a checkpoint, and joined with that of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

#: The state of a training, as `Training.state` gives it.
State = dict[str, Any]


def replicas_of(state: State) -> range:
    """Return which replicas of the run a state is of."""
    return range(state["first"], state["first"] + state["run"]["replicas"])


def taken(state: State, begin: int, end: int) -> State:
    """Return the state of the replicas `begin` … `end` - 1, which are among those of the state."""
    chosen = slice(begin - state["first"], end - state["first"])
    found = _mapped([state], lambda tensors: tensors[0][chosen].clone(), lambda lists: lists[0][chosen])
    return {**found, "first": begin, "run": {**state["run"], "replicas": end - begin}}


def joined(states: Sequence[State]) -> State:
    """Return the state of all replicas together, from states of neighbours in order, after equally many updates."""
    found = _mapped(states, torch.cat, lambda lists: [entry for one in lists for entry in one])
    replicas = sum(state["run"]["replicas"] for state in states)
    return {**found, "run": {**states[0]["run"], "replicas": replicas}, "plot": any(state["plot"] for state in states)}


def _mapped(
    states: Sequence[State], of_tensors: Callable[[list[Tensor]], Tensor], of_lists: Callable[[list[Any]], list[Any]]
) -> State:
    """Return the first state with all that has an axis of replicas made of what all of them have there."""

    def tensors(*path: Any) -> Tensor:
        return of_tensors([_at(state, path) for state in states])

    first = states[0]
    moments = first["optimiser"]["state"]
    return {
        **first,
        "model": {name: tensors("model", name) for name in first["model"]},
        "averages": {name: tensors("averages", name) for name in first["averages"]},
        "since": tensors("since"),
        "generators": of_lists([state["generators"] for state in states]),
        "optimiser": {
            "state": {
                k: {
                    name: value if name == "step" else tensors("optimiser", "state", k, name)
                    for name, value in moment.items()
                }
                for k, moment in moments.items()
            }
        },
        "losses": [
            (update, of_lists([state["losses"][k][1] for state in states]))
            for k, (update, _) in enumerate(first["losses"])
        ],
        "watched": [
            (update, {name: of_lists([state["watched"][k][1][name] for state in states]) for name in numbers})
            for k, (update, numbers) in enumerate(first["watched"])
        ],
    }


def _at(state: State, path: Sequence[Any]) -> Tensor:
    found: Any = state
    for key in path:
        found = found[key]
    return found
