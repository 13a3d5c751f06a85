"""What is shared, and what could be: the plan that the law asks for."""
