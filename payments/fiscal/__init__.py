"""What the law on cash registers demands of receipts, behind one interface."""
