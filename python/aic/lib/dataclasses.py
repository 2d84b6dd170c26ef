"""What `dataclasses.asdict` and `astuple` make of the containers that they meet."""
from aic.lib import prim


def _listed(values, as_dict):
    return [prim.without_dataclasses(x, as_dict) for x in values]


def _tabled(table, as_dict):
    return {prim.without_dataclasses(k, as_dict): prim.without_dataclasses(v, as_dict) for k, v in table.items()}
