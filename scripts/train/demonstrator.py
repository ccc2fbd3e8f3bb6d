"""A player of Video Pinball that is not learned: it reads the ball's place from the game's RAM.

With difficulty B the ball is lost between the flippers and in the two lanes at the sides. The player nudges a falling ball away from
them (the button and a direction move the ball by up to a pixel per frame; too much at once tilts the table), lifts the flippers when it is near,
pulls the plunger and shoots. What it does depends only on what a stack of four frames shows: the ball's place, its way since
the last step, and the plunger. README.md says where its figures come from.
"""

from dataclasses import dataclass

import numpy as np

NOOP, FIRE, UP, RIGHT, LEFT, DOWN, UP_FIRE, RIGHT_FIRE, LEFT_FIRE = range(9)  # the minimal action set
COLUMN, LINE, PLUNGER = 67, 68, 70  # bytes of the RAM
PULLED = 80  # of PLUNGER: 67 at rest, 87 when it is pulled as far as it goes
SHOOTER = (147, 125)  # the column and line from which on a ball at rest waits for the plunger
MIDDLE, DRAIN, SIDES = 80, 188, 152  # the column between the flippers, the line they lie on, the sum of the side lanes' columns


@dataclass(frozen=True)
class Figures:
    """Pixels, and steps of 4 frames."""

    nudge_from: float = 128  # line from which on a ball on its way to the drain is nudged,
    nudge_steps: float = 12  # if it arrives within so many steps
    drain: float = 10.5  # half the drain's width, as far as the nudge minds it,
    drain_per_speed: float = 0.25  # and more for each line per step of the ball's fall
    lane: float = 18  # a ball left of this column (right of its mirror image) is nudged out of the lane,
    lane_from: float = 68  # from this line on,
    lane_steps: float = 9  # if it arrives at the drain's line within so many steps
    lift_from: float = 171  # line from which on the flippers go up,
    lift_width: float = 25  # if the ball is so near to the middle
    away: float = 140  # line above which the flippers wait upright


def ball(ram, before):
    """Column, line and their changes since the step before."""
    places = [bytes_[:, i].astype(float) for bytes_ in (ram, before) for i in (COLUMN, LINE)]
    return places[0], places[1], places[0] - places[2], places[1] - places[3]


def video_pinball(ram, before, f=Figures()):
    """Actions int64 [N] from uint8 [N, 128], the RAM now and a step before."""
    x, y, dx, dy = ball(ram, before)
    falls = dy > 0
    steps = np.maximum(DRAIN - y, 0) / np.where(falls, dy, 1)
    there = x + dx * steps - MIDDLE
    waits = (x >= SHOOTER[0]) & (y >= SHOOTER[1]) & (dx == 0) & (dy == 0)
    drains = falls & (y > f.nudge_from) & (steps < f.nudge_steps) & (abs(there) < f.drain + f.drain_per_speed * dy)
    in_lane = falls & (y > f.lane_from) & (steps < f.lane_steps)
    lifted = (y <= f.away) | (y > f.lift_from) & (abs(x - MIDDLE) < f.lift_width)
    return np.select(
        [waits, drains, in_lane & (x < f.lane), in_lane & (x > SIDES - f.lane), lifted],
        [np.where(ram[:, PLUNGER] < PULLED, DOWN, FIRE), np.where(there >= 0, RIGHT_FIRE, LEFT_FIRE),
         RIGHT_FIRE, LEFT_FIRE, UP], NOOP)


def where_the_ball_is(ram, before):
    """float32 [N, 4], each about from -1 to 1."""
    x, y, dx, dy = ball(ram, before)
    return np.stack([(x - MIDDLE) / 40, (y - 110) / 40, np.clip(dx, -20, 20) / 8, np.clip(dy, -20, 20) / 8], 1).astype(np.float32)


DEMONSTRATORS = {"video_pinball": video_pinball}
