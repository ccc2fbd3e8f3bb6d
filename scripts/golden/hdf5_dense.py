"""Writes an HDF5 file whose names lie in heaps of their own, as the newest format keeps many of them: python hdf5_dense.py FOLDER

Needs h5py 3.16.0 and NumPy 2.4.6. tests/checkpoint/formats/hdf reads it.
"""

import gzip
import sys
from pathlib import Path

import h5py
import numpy as np


def compact(group, name, values):
    """An array within its object's header."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple(values.shape)
    h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, space, properties).write(space, space, values)


def main(folder):
    path = folder / "hdf5_dense.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(12):  # more than 8: a tree of one node
            file.attrs[f"note_{i}"] = f"text {i}"
        for name, count, order in (("some", 9, False), ("many", 60, False), ("ordered", 50, True)):  # more than 45: two levels
            group = file.create_group(name, track_order=order)
            for i in range(count):
                compact(group, f"array_{i}", np.array([i, -i], np.float32))
    path.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
