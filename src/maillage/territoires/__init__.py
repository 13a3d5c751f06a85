"""Communes, EPCI, arrondissements, bassins, QPV, carreaux; figures moved from one mesh to another."""
