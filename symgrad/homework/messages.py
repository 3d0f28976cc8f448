"""What a student reads: one or two sentences, kind and exact, which do not give the answer away.

- `mistake(question, named)` is a `Mistake` with its place and sentence.
- `message(...)` joins verdict, mistakes and witness; `unplaced(sentence)` does not say where.

A place is quoted from the question; where it is itself the derivative (e^x in e^x + 1), only the
kind of operation is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import notation
from ..arithmetic.balls import precision
from ..engine import Tape, order
from ..ops import OPS, Op
from ..sentences import Figures, Sentence, in_sequence, lowered, raised, say, sentences
from ..value import Value
from .judgement import Mistake, Witness
from .naming import Named
from .sought import SLOPE_BITS, Sought
from .variations import mistakes

ALONE = {  # these need no alternative
    "unknown", "rounded_constant", "near_miss", "taylor_polynomial", "domain_sign", "branch",
    "part_only", "constant_added", "degrees",
}  # fmt: skip
OBVIOUS = ("constant_added", "taylor_polynomial", "answered_numerically")  # no second thoughts
SAID_TOGETHER = (  # of these, the likeliest says enough
    {"power_rule", "exponent_not_reduced", "constant_factor", "missing_root", "log_base"},
    {"quotient_denominator_not_squared", "quotient_wrong_denominator"},
    {"quotient_of_derivatives", "chain_rule_inner_only"},
    {"exponential_rule", "power_rule_on_exponential"},
    {"sign", "negative", "wrong_table_entry", "quotient_order"},
    {"constant_kept", "constant_added", "constant_treated_as_variable"},
    {"copied", "power_rule", "constant_kept", "constant_treated_as_variable", "sign"},
    {"chain_rule", "chain_rule_inner_only", "power_rule", "constant_factor"},
    {"product_of_derivatives", "product_rule_missing_term", "product_rule_mixed"},
    {"product_rule_missing_term", "constant_kept", "constant_treated_as_variable"},
    {"product_of_derivatives", "product_rule_missing_term", "power_rule", "exponent_not_reduced"},
    {"missing_term", "product_of_derivatives", "product_rule_missing_term"},
    {"power_rule", "constant_factor", "quotient_wrong_denominator", "mixed_partial"},
    {"chain_rule_inner_only", "inner_derivative_in_exponent", "power_rule"},
    {"arithmetic_slip", "near_miss"}, {"integrated", "power_rule"},
    {"not_differentiated_enough", "power_rule", "missing_term", "product_rule_missing_term"},
    {"term_by_term", "inner_argument_lost", "missing_term"},
)
PLACES = ("at", "inner", "at_constant", "constant", "of")  # parts of a sentence that say where
PLACE_CHARACTERS = 60  # characters of a quoted place

MISTAKE_SENTENCES = sentences({
    "chain_rule": "The chain rule{at}: the factor from the inner function{inner} is missing.",
    "chain_rule_inner_only": "The chain rule{at}: the inner function{inner} stays as it is inside "
    "the outer one, and its own derivative is a factor beside it.",
    "chain_rule_twice": "The chain rule{at}: the factor from the inner function{inner} is there "
    "twice.",
    "term_by_term": "A sum stays together{at}: what is done to it is not done to each of its "
    "terms.",
    "inner_derivative_in_exponent": "The chain rule{at}: the exponent stays as it is, and its "
    "derivative is a factor beside the power only.",
    "inner_argument_lost": "The chain rule{at}: the outer function is differentiated at the inner "
    "function{inner}, which got lost.",
    "product_rule_missing_term": "The product rule{at} has a term for each factor: one is missing.",
    "linear_term_kept": "The {wrt} goes when {place} is differentiated.",
    "all_variables": "This was differentiated by every variable: only {wrt} is the variable here.",
    "missing_term": "Each term of a sum is differentiated: the derivative of {place} is missing.",
    "product_of_derivatives": "The derivative of a product is not the product of the derivatives: "
    "use the product rule{at}.",
    "product_rule_mixed": "The product rule{at}: each term differentiates one factor and keeps the "
    "other, and the terms are added.",
    "quotient_order": "The quotient rule{at}: the two terms on top stand in the wrong order.",
    "quotient_of_derivatives": "The derivative of a quotient is not the quotient of the "
    "derivatives: use the quotient rule{at}.",
    "quotient_denominator_not_squared": "The quotient rule{at}: the denominator is squared.",
    "quotient_wrong_denominator": "The quotient rule{at}: it divides by the wrong thing.",
    "sign": "A sign is wrong{at}.",
    "power_misread": "The power{at} was read as that of another part: mind what it belongs to.",
    "wrong_table_entry": "The rule of another function was used{at}: look it up in the table.",
    "power_rule": "The power rule{at}: the factor or the exponent is wrong.",
    "exponent_not_reduced": "The power rule{at}: the exponent drops by one.",
    "power_rule_on_exponential": "The power rule does not apply{at}: the exponent varies there.",
    "exponential_rule": "The rule for exponentials{at}: mind the factor that the base brings.",
    "log_base": "The rule for logarithms{at}: mind the factor that the base brings.",
    "constant_kept": "The derivative of a constant is zero{at_constant}.",
    "constant_treated_as_variable": "Only {wrt} is the variable here{constant}.",
    "missing_root": "A root got lost{at}.",
    "constant_factor": "A constant factor got lost, or went to the wrong place{at}.",
    "arithmetic_slip": "The form is right, but one number in it is not: check the arithmetic.",
    "degrees": "A factor for degrees appears{at}: angles are in radians here.",
    "constant_added": "A constant was added: it belongs to an integral, not to a derivative.",
    "copied": "This is the function itself: it has not been differentiated yet.",
    "integrated": "The function was integrated, not differentiated.",
    "wrong_variable": "This is the derivative by another variable: {wrt} is the one asked for.",
    "second_derivative": "This was differentiated once too often.",
    "not_differentiated_enough": "This was not differentiated often enough: the question asks for "
    "order {order}.",
    "answered_numerically": "There is no {wrt} in this: the derivative is a formula in {wrt}.",
    "negative": "The sign of the whole answer is wrong.",
    "rounded_constant": "A constant was rounded: write it exactly, as a fraction or by its name.",
    "near_miss": "This comes very close, but it is not exactly right.",
    "domain_sign": "This is right on a part of the domain only: mind the sign.",
    "part_only": "This is right on a part of the domain only.",
    "branch": "This is right on a part of the domain only: an inverse function undoes another "
    "one only there.",
    "taylor_polynomial": "This polynomial only comes close to the derivative near a point.",
    "lost_factor": "A factor got lost{of}.",
    "lost_term": "One term is missing: multiply everything out once more.",
    "shortened_part": "A part of {place} got lost: it stays as it is.",
    "mixed_partial": "This was differentiated by several variables, one after the other: only "
    "{wrt} is the variable here.",
    "unknown": "This is not the derivative.",
})  # fmt: skip


OF_QUOTIENTS = sentences({  # which are not told about the product rule
    "product_rule_missing_term": "The quotient rule{at} has two terms on top: one is missing.",
    "product_of_derivatives": "The quotient rule{at}: on top, each term differentiates one part "
    "only.",
    "product_rule_mixed": "The quotient rule{at}: on top, each term differentiates one part and "
    "keeps the other.",
})  # fmt: skip

OF_A_PART = sentences({  # said of a whole answer otherwise
    "integrated": "A rule for integrals was used{at}, not one for derivatives.",
})  # fmt: skip
OF_TOWERS = sentences({  # powers in which base and exponent vary
    "exponential_rule": "Base and exponent vary{at}: write it as e to the exponent times ln of the "
    "base, and use the chain rule and the product rule.",
})  # fmt: skip


def mistake(question: Sought, found: Named) -> Mistake:
    """The mistake with what may be quoted of its place."""
    node = found.node
    if node is not None and found.code == "constant_treated_as_variable":
        moving = _varies(question, node)
        node = next((a for a in node.args if moving and not _varies(question, a)), node)
    place = shown(question, node) if node is not None else ""
    if place.startswith("the ") and place != "the number":
        place = ""  # "the power rule in the power" names nothing
    inner = _inner(question, found.node)
    template = _of_kind(question, node).get(found.code, MISTAKE_SENTENCES[found.code])
    constant = bool(place and place != "the number" and node and not _varies(question, node))
    quoted = say("the number") if place == "the number" else Figures(place)
    sentence = say(
        template, at=say(" in {place}", place=quoted) if place else "",
        inner=Figures(f" {inner}") if inner else "",
        at_constant=say(", also that of {place}", place=quoted) if place else "",
        constant=say(": {place} is a constant", place=quoted) if constant else "",
        of=say(": {place}", place=quoted) if place else "",
        place=quoted or say("a term"), wrt=question.wrt, order=question.order,
    )  # fmt: skip
    return Mistake(found.code, place, sentence)


def _of_kind(question: Sought, node: Value | None) -> Mapping[str, str]:
    """The sentences that this kind of node has of its own."""
    if node is None:
        return {}
    tower = node.op is OPS["pow"] and all(_varies(question, a) for a in node.args)
    kind = OF_TOWERS if tower else OF_QUOTIENTS if node.op is OPS["div"] else {}
    return {**OF_A_PART, **kind}


def unplaced(sentence: str) -> str:
    """The same without the place: a hint for one who would rather look first."""
    if not isinstance(sentence, Sentence):
        return sentence
    places = {name: "" for name in PLACES if name in sentence.parts}
    named = {"place": say("a term")} if "place" in sentence.parts else {}
    return say(sentence.template, **{**sentence.parts, **places, **named})


def _varies(question: Sought, node: Value) -> bool:
    return question.wrt in Tape.of([node]).variables


def _inner(question: Sought, node: Value | None) -> str:
    """The inner function at a node, in its own words."""
    if node is None or node.op is None or node.op.adds or node.op is OPS["mul"] or not node.args:
        return ""
    inner = node.args[-1] if node.op in (OPS["div"], OPS["pow"]) else node.args[0]
    return "" if inner.op is None else shown(question, inner, bare=True)


def shown(question: Sought, node: Value, *, bare: bool = False) -> str:
    """The text of a subexpression, or what kind it is where its text would be the answer."""
    if not gives_away(question, node):
        text = notation.text(node)
        if len(text) <= PLACE_CHARACTERS:
            return text
    return "" if bare else f"the {kind(node.op)}"


def kind(op: Op | None) -> str:
    return "number" if op is None else op.noun


def gives_away(question: Sought, node: Value) -> bool:
    """Whether the derivative, up to its sign, is a part of this subexpression."""
    secrets = secret_nodes(question)
    return any(part in secrets for part in order([node]))


def secret_nodes(question: Sought) -> set[Value]:
    """The nodes of the question that are themselves the derivative, up to the sign."""
    found = question.known.get("secrets")
    if found is None:
        known = mistakes(question)
        found = question.known["secrets"] = set()
        for g, graph in enumerate(known.graphs):
            left = set(range(len(graph.nodes)))
            for k in range(min(10, len(known.spots))):
                if not left:
                    break
                values, slope = known.sweep(g, k).values, known.slope(k)
                with precision(SLOPE_BITS):
                    left = {
                        i for i in left if values[i].overlaps(slope) or values[i].overlaps(-slope)
                    }
            found |= {graph.nodes[i] for i in left}
    return found


def message(
    verdict: str, mistakes_found: tuple[Mistake, ...], witness: Witness | None, where: str,
    *, together: bool = False,
) -> str:  # fmt: skip
    """The one or two sentences for a wrong answer."""
    if not mistakes_found:
        return ""
    first = mistakes_found[0]
    said = first.message
    if together and len(mistakes_found) > 2:
        return say("The same mistake in several places: {first}", first=lowered(said))
    if together:
        return say("Two mistakes: {first} And: {second}", first=lowered(said),
                   second=lowered(mistakes_found[-1].message))  # fmt: skip
    others = [
        m for m in mistakes_found[1:]
        if m.code not in OBVIOUS and not alike(m.code, first.code)
    ]  # fmt: skip
    if others and first.code not in ALONE:
        said = say("Either: {first} Or: {second}", first=lowered(said),
                   second=lowered(others[0].message))  # fmt: skip
    if verdict == "equal_on_part" and where:
        said = in_sequence(" ", said, where)
    elif witness and first.code in ("unknown", "near_miss", "arithmetic_slip", "negative"):
        said = in_sequence("", said, " ", raised(witness.sentence), ".")
    return said


def alike(code: str, first: str) -> bool:
    """Whether a second explanation would add nothing to the first."""
    together = any({code, first} <= group for group in SAID_TOGETHER)
    return code in (first, "arithmetic_slip") or together


__all__ = ["message", "mistake", "shown"]
