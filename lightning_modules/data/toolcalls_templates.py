"""Templates of the sentences that request a tool. `toolcalls_values` fills their `{slots}`.

Each template belongs either to the training split or to the test split (held out). Held-out templates use only words
of the training templates, so that the test split contains new arrangements of known words. A test checks this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Templates:
    """The templates of a tool. Every template contains each argument of the tool once."""

    training: tuple[str, ...]
    held_out: tuple[str, ...]


# Openers differ in length, so that the position of a word does not reveal its role.
OPENERS = (
    "", "please ", "hey ", "ok ", "hi there ", "good morning ", "when you have time ", "excuse me ",
    "one more thing please ", "hello it is me again ", "sorry to ask but ", "ok now ",
)  # fmt: skip
CLOSERS = ("", "", " please", " thanks")

TEMPLATES: dict[str, Templates] = {
    "set_alarm": Templates(
        training=(
            "wake me at {time} {day}",
            "wake me up {day} at {time}",
            "set an alarm for {time} {day}",
            "set an alarm {day} for {time}",
            "i need to get up at {time} {day}",
            "i want an alarm at {time} {day}",
            "{day} at {time} wake me up",
            "give me an alarm {day} at {time}",
            "i have to get up {day} at {time}",
            "make sure i am up at {time} {day}",
            "can you wake me {day} at {time}",
            "an alarm for {time} {day}",
            "{day} i want to be up at {time}",
            "i need to be out of bed {day} at {time}",
            "please have the alarm ring at {time} {day}",
            "do not let me sleep past {time} {day}",
        ),
        held_out=(
            "can you set an alarm {day} at {time}",
            "i want to get up {day} at {time}",
            "{day} i need an alarm at {time}",
            "make sure to wake me up at {time} {day}",
        ),
    ),
    "get_weather": Templates(
        training=(
            "what is the weather in {city} {day}",
            "how is the weather {day} in {city}",
            "will it rain in {city} {day}",
            "do i need a coat {day} in {city}",
            "tell me the weather for {city} {day}",
            "{day} in {city} will it be warm",
            "is it cold in {city} {day}",
            "show me the forecast for {city} {day}",
            "i want to know if it will rain {day} in {city}",
            "what does the forecast say for {city} {day}",
            "weather {day} for {city}",
            "give me the forecast {day} in {city}",
            "is there rain in {city} {day}",
            "i am in {city} {day} so tell me how cold it will be",
            "i need to know if {city} is warm {day}",
            "for {city} show me what the weather is {day}",
        ),
        held_out=(
            "tell me if it will be cold in {city} {day}",
            "what is the forecast {day} for {city}",
            "i need to know how the weather is in {city} {day}",
            "show me the weather {day} in {city}",
        ),
    ),
    "send_message": Templates(
        training=(
            "tell {recipient} that {text}",
            "let {recipient} know that {text}",
            "send {recipient} a message that {text}",
            "message {recipient} that {text}",
            "write to {recipient} that {text}",
            "text {recipient} and say that {text}",
            "i want {recipient} to know that {text}",
            "say to {recipient} that {text}",
            "can you tell {recipient} that {text}",
            "send a text to {recipient} to say that {text}",
            "{recipient} has to know that {text}",
            "write {recipient} a message and say that {text}",
            "i need to send a text to {recipient} that {text}",
            "please have {recipient} know that {text}",
            "the message for {recipient} is that {text}",
            "say that {text} in a message to {recipient}",
        ),
        held_out=(
            "can you let {recipient} know that {text}",
            "send a message to {recipient} and say that {text}",
            "i need to tell {recipient} that {text}",
            "write a text to {recipient} that {text}",
        ),
    ),
    "play_song": Templates(
        training=(
            "play {title} by {artist}",
            "put on {title} by {artist}",
            "i want to hear {title} by {artist}",
            "play me the song {title} by {artist}",
            "can you play {title} from {artist}",
            "start {title} from {artist}",
            "the song {title} by {artist}",
            "from {artist} play {title}",
            "by {artist} i want to hear {title}",
            "let me hear the song {title} by {artist}",
            "put on some music by {artist} the song {title}",
            "give me {title} from {artist}",
            "we want {title} by {artist} on",
            "i need to hear some {artist} so play {title}",
            "is there a song by {artist} it is {title} start it",
            "hear me out and play {title} from {artist}",
        ),
        held_out=(
            "can you put on {title} by {artist}",
            "let me hear {title} from {artist}",
            "start the song {title} by {artist}",
            "from {artist} i want to hear the song {title}",
        ),
    ),
    "convert_currency": Templates(
        training=(
            "how much is {amount} {source} in {target}",
            "convert {amount} {source} to {target}",
            "what are {amount} {source} worth in {target}",
            "change {amount} {source} into {target}",
            "i have {amount} {source} how many {target} is that",
            "in {target} how much is {amount} {source}",
            "give me {amount} {source} in {target}",
            "turn {amount} {source} into {target}",
            "how many {target} do i get for {amount} {source}",
            "{amount} {source} to {target}",
            "i need to know what {amount} {source} are in {target}",
            "how many {target} are {amount} {source}",
            "if i change {amount} {source} how many {target} do i get",
            "what is {amount} {source} in {target}",
            "i want to turn {amount} {source} into {target}",
            "i need {target} and i have {amount} {source}",
            "into {target} change {amount} {source}",
            "{target} for {amount} {source}",
            "show me in {target} what {amount} {source} are worth",
            "i want to get {target} for {amount} {source}",
        ),
        held_out=(
            "convert {amount} {source} into {target}",
            "how much are {amount} {source} worth in {target}",
            "i need to change {amount} {source} to {target}",
            "how many {target} is {amount} {source}",
        ),
    ),
    "book_table": Templates(
        training=(
            "book a table for {people} at {restaurant} at {time}",
            "get us a table at {restaurant} for {people} at {time}",
            "reserve a table at {restaurant} at {time} for {people}",
            "i want to eat at {restaurant} at {time} with {people} people",
            "we are {people} people and want a table at {restaurant} at {time}",
            "find a table for {people} people at {restaurant} for {time}",
            "can you book {restaurant} for {people} at {time}",
            "at {time} we need a table for {people} at {restaurant}",
            "a table at {restaurant} for {time} we are {people}",
            "reserve {restaurant} for {people} people at {time}",
            "dinner at {restaurant} for {people} at {time}",
            "make sure we get a table for {people} at {restaurant} at {time}",
            "{people} people want to eat at {restaurant} at {time}",
            "find us dinner for {people} at {restaurant} at {time}",
            "we have to be at {restaurant} at {time} so book for {people}",
            "is there a table for {people} at {time} at {restaurant}",
        ),
        held_out=(
            "can you reserve a table for {people} at {restaurant} at {time}",
            "we want to eat at {restaurant} at {time} for {people} people",
            "find us a table at {restaurant} for {people} at {time}",
            "book dinner at {restaurant} at {time} for {people}",
        ),
    ),
    "start_timer": Templates(
        training=(
            "set a timer for {minutes} minutes",
            "start a timer of {minutes} minutes",
            "count down {minutes} minutes",
            "give me {minutes} minutes on the timer",
            "tell me when {minutes} minutes are over",
            "let me know in {minutes} minutes",
            "{minutes} minutes on the clock",
            "i need a timer for {minutes} minutes",
            "start the clock for {minutes} minutes",
            "can you time {minutes} minutes",
            "in {minutes} minutes ring the bell",
            "put {minutes} minutes on a timer",
            "tell me to stop in {minutes} minutes",
            "i want to know when {minutes} minutes are up",
            "the timer has to ring in {minutes} minutes",
            "{minutes} minutes from now ring a bell",
        ),
        held_out=(
            "can you start a timer for {minutes} minutes",
            "ring the bell when {minutes} minutes are over",
            "put {minutes} minutes on the clock",
            "i need to know when {minutes} minutes are over",
        ),
    ),
}
