"""Who is who among the partners: mandates, bodies without an account, contacts shown by consent."""
