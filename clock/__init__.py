"""What the clock process does about warnings: lets the rules look at new data, and hands what they find to whoever must answer."""
