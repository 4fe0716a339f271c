"""Commands that start a lab, check the environment and train one run. They need no plan: init, new, doctor, train."""
