"""Documents of the award campaign: certificates, the notice, the publicity list, tables for the clerk."""
