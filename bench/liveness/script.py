"""What a person, or somebody with a picture in the hand, does during a challenge: a pose for each frame."""
from head import Pose

ACTIONS = ("turn_left", "turn_right", "look_up", "come_closer")


def drawn(rng):
    """A challenge as src/doc/challenge.c draws them."""
    drew = rng.sample(ACTIONS, rng.choice((2, 3)))
    if not set(drew) & {"turn_left", "turn_right"}:
        drew[-1] = rng.choice(("turn_left", "turn_right"))
    return drew


def other(rng, actions):
    """A challenge that is not this one."""
    while True:
        drew = drawn(rng)
        if drew != actions:
            return drew


def peak(action, rng, reach):
    """The pose at the action's end; `reach` 1: as people do it when asked."""
    if action == "turn_left":
        return {"yaw": rng.uniform(20, 34) * reach, "pitch": rng.uniform(-4, 4)}
    if action == "turn_right":
        return {"yaw": -rng.uniform(20, 34) * reach, "pitch": rng.uniform(-4, 4)}
    if action == "look_up":
        return {"pitch": rng.uniform(15, 28) * reach, "yaw": rng.uniform(-4, 4)}
    return {"scale": 1 + rng.uniform(0.28, 0.6) * reach}


def mixed(a, b, share):
    return Pose(*(x + (y - x) * share for x, y in zip(vars(a).values(), vars(b).values())))


def keys(actions, rng, reach):
    """The poses that are come to, one after another, with how many frames each is held and how many lead to it."""
    front = Pose(yaw=rng.uniform(-3, 3), pitch=rng.uniform(-3, 3))
    found, now = [(front, 2 + (rng.random() < 0.5), 0)], front
    for action in actions:
        if found[-1][0] is not front and rng.random() < 0.8:
            now = now.moved(yaw=front.yaw, pitch=front.pitch)
            if rng.random() < 0.6:
                now = now.moved(scale=1.0)
            found.append((now, rng.choice((0, 1)), 1))
        turned = now.moved(yaw=front.yaw, pitch=front.pitch).moved(**peak(action, rng, reach))
        found.append((turned, rng.choice((1, 2)), rng.choice((1, 1, 2))))
        now = turned
    return found


def poses(actions, rng, reach=1.0, steady=1.0):
    """A pose for each frame: the ways between, and nobody holds still."""
    made, before = [], None
    for pose, held, leading in keys(actions, rng, reach):
        for i in range(leading if before else 0):
            made.append(mixed(before, pose, (i + 1) / (leading + 1)))
        made += [pose] * held
        before = pose
    if before is not made[-1]:
        made.append(before)
    while len(made) < 6:
        made.insert(0, made[0])
    return [sway(pose, rng, steady) for pose in made[:24]]


def sway(pose, rng, steady):
    return pose.moved(yaw=pose.yaw + rng.gauss(0, 1.2) * steady, pitch=pose.pitch + rng.gauss(0, 1.2) * steady, roll=pose.roll + rng.gauss(0, 1.5) * steady,
                      x=pose.x + rng.gauss(0, 0.06) * steady, y=pose.y + rng.gauss(0, 0.05) * steady, scale=pose.scale * (1 + rng.gauss(0, 0.012) * steady))
