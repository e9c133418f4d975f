"""Jinja's sandbox for the templates, quick about what is known to be harmless: a letter calls a hundred macros.

It allows nothing that jinja's does not: a macro is the templates' own and may always be called, and so is what one
of them shows under a name without an underscore, or a loop, or an address. All else is asked about as ever. And it
escapes all that jinja does; what is escaped is not made anew each time a macro passes it on.
"""

from typing import Any, Final

from jinja2 import Undefined
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.nodes import Expr
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from maildesk.mail import Address

#: Of these jinja shows all that has no underscore before its name, too.
_HARMLESS: Final = frozenset({Address, LoopContext})


class _Escaping(CodeGenerator):
    """Writes `environment.escaped(...)` where jinja writes `escape(...)`."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Sandbox(SandboxedEnvironment):
    """In a mapping a key stands before a method of the same name, so that facts may have any name."""

    code_generator_class = _Escaping

    @staticmethod
    def escaped(value: Any) -> Markup:
        return value if type(value) is Markup else escape(value)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is Macro:
            # What `Context.call` does with a macro, once it has found out that it is one.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(__context.eval_ctx, *args, **kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any | Undefined:
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
        elif type(obj) is TemplateModule and attribute[0] != "_" and attribute in obj.__dict__:
            return obj.__dict__[attribute]
        elif type(obj) in _HARMLESS and attribute[0] != "_" and (shown := getattr(obj, attribute, None)) is not None:
            return shown
        return super().getattr(obj, attribute)
