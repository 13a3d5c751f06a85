"""What is shared and what could be: the register, the plan, what the atlas suggests."""
