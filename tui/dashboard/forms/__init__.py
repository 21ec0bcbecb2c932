"""Forms that append, revise and retract. A form is data (its fields, and what it writes); one screen draws them all."""
