"""What to buy and what to move between stores, each line with every term that led to it.

Policies read stock, sales and open orders and propose transfers from surplus stores before purchases. A
proposal is only a proposal: a person approves it, and the approval is the fact.
"""
