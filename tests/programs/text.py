"""A little text to learn letters from."""

LINES = """
the river runs below the hill
and turns the wheel of the old mill
the wheel is slow the stones are loud
the flour rises like a cloud
a cart comes early for the bread
the baker nods and rubs his head
the road is long the horse is lame
the morning calls them all the same
at noon the children climb the wall
to see the water rush and fall
they throw in leaves and watch them go
to where the reeds and lilies grow
when evening comes the wheel is still
a single lamp burns in the mill
""".split()
