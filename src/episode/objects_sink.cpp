#include "episode/objects_sink.h"

#include <fmt/format.h>

namespace arcadecam::episode {

void ObjectsSink::on_begin(const RunInfo& info) {
  info_ = info;
  file_.write("episode,step,method,object,kind,score,left,top,width,height\n");
}

void ObjectsSink::on_step(const Step& step) {
  for (std::size_t m = 0; m < step.attributions.size(); ++m) {
    const auto& scores = step.attributions[m]->objects;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const game::ObservedObject& object = step.objects[i];
      const PixelBox& box = object.planes.back();
      file_.write(fmt::format("{},{},\"{}\",{},{},{:.6g},{},{},{},{}\n", step.episode, step.index,
                              info_.methods[m].text(), object.name, object.kind, scores[i].score,
                              box.left, box.top, box.width, box.height));
    }
  }
}

void ObjectsSink::on_end(const Summary&) {
  file_.commit();
}

}  // namespace arcadecam::episode
