"""The data cockpit: static pages, made from the warehouse alone and opened from a file."""
