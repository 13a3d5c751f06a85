"""From grandeurs to indicators at every mesh: the registry, carrying, reliability."""
