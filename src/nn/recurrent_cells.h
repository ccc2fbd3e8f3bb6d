#pragma once

#include <string>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The weights of one step of a recurrent layer in PyTorch's layout, gate after gate: of a GRU
/// reset, update, new (3H rows), of an LSTM input, forget, cell, output (4H rows). Biases may be
/// null.
struct CellWeights {
  Weights input;        ///< weight_ih, rows×inputs
  Weights hidden;       ///< weight_hh, rows×H
  Weights input_bias;   ///< bias_ih
  Weights hidden_bias;  ///< bias_hh
};

/// Nodes, of as many values as the cell remembers, that are there already; −1 for none.
struct CellState {
  int hidden = -1, cell = -1;
};

/// The nodes of a cell that stands at index `first` of a graph and reads the flat node `input`; the
/// last, called `name`, is the cell's output and its next state h', the others are NAME.something.
/// r, z, i, f, o are sigmoids, n and g hyperbolic tangents of W x + b + U h + c (PyTorch's
/// documentation of torch.nn.GRUCell and LSTMCell):
///
///     GRU   n = tanh(W x + b + r·(U h + c)),  h' = (1 − z)·n + z·h   (Cho et al. 2014, v3)
///     LSTM  c' = f·c + i·g,  h' = o·tanh c'   (Hochreiter & Schmidhuber 1997; Gers et al. 2000)
///
/// What comes in is a State of the cell's own (NAME.state, NAME.cell.state), or else the nodes
/// `given`. Throws Error where the weights do not fit each other.
///
/// A GRU may reset what it remembers before its hidden weights instead, as it was first published:
/// n = tanh(W x + b + U (r·h) + c).
enum class GruReset { kAfterWeights, kBeforeWeights };
std::vector<Node> gru_cell(const std::string& name, const CellWeights& weights, int input,
                           int first, CellState given = {},
                           GruReset reset = GruReset::kAfterWeights);
std::vector<Node> lstm_cell(const std::string& name, const CellWeights& weights, int input,
                            int first, CellState given = {});

}  // namespace arcadecam::nn
