"""What is measured and covered: values, alerts, completeness, coverage."""
