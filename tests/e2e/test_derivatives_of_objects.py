"""What objects of the user's classes hold is not followed: derivatives through them are refused, in both directions."""
import aic
import pytest


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return self.x * self.x + 3.0 * self.y


class Node:
    def __init__(self, value, next):
        self.value = value
        self.next = next


def changed(t):
    p = Point(t, 2.0 * t)
    p.x = p.x * 2.0
    return p.norm()


def chained(t):
    n = Node(t, Node(t * t, None))
    s = 0.0
    while n is not None:
        s += n.value
        n = n.next
    return s


def in_a_list(t):
    points = [Point(t, 1.0), Point(2.0, t)]
    points[0].x = t * t
    return sum([p.norm() for p in points])


def beside(t):
    p = Point(2.0, 3.0)
    p.x = 5.0
    return t * p.norm()


@pytest.mark.parametrize("f", [changed, chained, in_a_list])
def test_derivatives_through_objects_are_refused(f):
    with pytest.raises(aic.NotDifferentiable):
        aic.grad(f)(1.5)
    with pytest.raises(aic.NotDifferentiable):
        aic.jvp(f, (1.5,), (1.0,))


def test_objects_that_do_not_depend_on_the_input_are_constants():
    assert aic.grad(beside)(1.5) == 34.0
    assert aic.jvp(beside, (1.5,), (1.0,)) == (51.0, 34.0)
