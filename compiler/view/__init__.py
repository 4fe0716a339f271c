"""Show a plan and the state of a lab to a person: tables, trees and explanations."""
