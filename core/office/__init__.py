"""What all pages of the admin share, without knowing an app."""
