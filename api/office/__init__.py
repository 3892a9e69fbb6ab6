"""The office: people, places, officers, rules, acts and their reviews, the shop's back room."""
