"""HDF5 files of maps give back to the bit what they were given."""

import numpy as np
import pytest

import arcadecam as ac
from arcadecam import data


def test_maps_are_kept_as_hdf5(dqn, states, tmp_path):
    explained = dqn.explain(states, ["gradcam", "lrp"], target=["greedy", "margin"])
    data.save_maps(tmp_path / "maps.h5", explained, states, dqn)
    found = data.load_maps(tmp_path / "maps.h5")
    np.testing.assert_array_equal(found["states", ""]["states"], states)
    assert list(found)[1:] == list(explained)
    for key, e in explained.items():
        arrays = found[key]
        assert ("planes" in arrays) == (e.planes is not None) and "memory" not in arrays
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, getattr(e, name))
            assert array.dtype == getattr(e, name).dtype
    data.save_maps(tmp_path / "one.h5", dqn.explain(states, "sobel"))
    assert list(data.load_maps(tmp_path / "one.h5")) == [("sobel", "greedy")]
    with pytest.raises(ac.Error, match="at least one"):
        data.save_maps(tmp_path / "none.h5", [])
