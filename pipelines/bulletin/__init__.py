"""Inspection bulletins (巡查通报): a week of the city or of a district, as page, DOCX, PDF and tables."""
