"""What bench/compare is made of: brokers, loads, rows."""
