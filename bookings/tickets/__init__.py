"""What a customer holds: tickets as PDF, QR code, calendar entry and wallet pass.

Plain functions over what `facts` describes; `reading` reads that from the database.
"""
