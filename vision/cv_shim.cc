#include "vision/cv_shim.h"

#include "vision/cv_mat.h"

#include <opencv2/core/ocl.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <vector>

struct cv_net {
        cv::dnn::Net net;
        std::vector<cv::Mat> outputs;
        std::vector<char> onnx; /* what it is read from again after a rest; empty: it has none */
};

namespace
{

void note(char why[CV_WHY_MAX], const char *what)
{
        if (why)
                snprintf(why, CV_WHY_MAX, "%s", what);
}

bool tensor_of(const cv::Mat &mat, struct cv_tensor *ret)
{
        if (mat.depth() != CV_32F || !mat.isContinuous() || mat.dims < 1 || mat.dims > 4)
                return false;
        ret->values = mat.ptr<float>();
        ret->count = mat.total();
        for (int i = 0; i < 4; i++)
                ret->dims[i] = i < mat.dims ? mat.size[i] : 1;
        return true;
}

void read(struct cv_net &net)
{
        net.net = cv::dnn::readNetFromONNX(net.onnx.data(), net.onnx.size());
        net.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        net.net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
}

} // namespace

void cv_start(void)
{
        cv::setNumThreads(1);
        /* Some filters ask at their first use, which reads /sys: in the cell that is death. The answer is
         * kept. */
        (void)cv::getNumberOfCPUs();
        cv::ocl::setUseOpenCL(false);
        /* OpenCV would otherwise print each exception, with paths, before it is caught; networks log besides,
         * and writing to stderr is death in the cell. */
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        cv::redirectError([](int, const char *, const char *, const char *, int, void *) { return 0; });
}

/* --- Networks and warps ----------------------------------------------------------------------------------
 */

struct cv_net *cv_net_open(const void *onnx, size_t len, bool rests, char why[CV_WHY_MAX])
{
        try {
                auto bytes = static_cast<const char *>(onnx);
                auto net = std::make_unique<cv_net>(cv_net{{}, {}, {bytes, bytes + len}});
                read(*net);
                if (net->net.empty()) {
                        note(why, "an empty network");
                        return nullptr;
                }
                if (!rests)
                        std::vector<char>().swap(net->onnx);
                return net.release();
        } catch (const std::exception &error) {
                note(why, error.what());
                return nullptr;
        }
}

void cv_net_close(struct cv_net *net)
{
        delete net;
}

bool cv_net_forward(struct cv_net *net, const float *input, const int shape[4], const char *const *names,
                    size_t names_len, struct cv_tensor *ret, char why[CV_WHY_MAX])
{
        try {
                cv::Mat blob(4, shape, CV_32F, const_cast<float *>(input));
                if (net->net.empty())
                        read(*net);
                net->net.setInput(blob);
                net->outputs.clear();
                if (names_len == 1 && !names[0]) {
                        net->outputs.push_back(net->net.forward());
                } else {
                        std::vector<cv::String> wanted(names, names + names_len);
                        net->net.forward(net->outputs, wanted);
                }
                for (size_t i = 0; i < names_len; i++) {
                        if (i < net->outputs.size() && tensor_of(net->outputs[i], &ret[i]))
                                continue;
                        note(why, "an output that is no tensor of floats");
                        return false;
                }
                return true;
        } catch (const std::exception &error) {
                note(why, error.what());
                return false;
        }
}

/* Another forward with a small input would free the memory too, but some networks answer nothing afterwards.
 */
void cv_net_rest(struct cv_net *net)
{
        net->outputs.clear();
        if (!net->onnx.empty())
                net->net = {};
}

bool cv_resize(const struct image *from, struct image *to)
{
        try {
                cv::Mat out = mat_of(to);
                bool shrinks = to->width < from->width || to->height < from->height;
                cv::resize(mat_of(from), out, out.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
                return true;
        } catch (const std::exception &) {
                return false;
        }
}

bool cv_warp_affine(const struct image *from, const double matrix[6], struct image *to)
{
        try {
                cv::Mat out = mat_of(to);
                cv::Mat affine(2, 3, CV_64F, const_cast<double *>(matrix));
                cv::warpAffine(mat_of(from), out, affine, out.size());
                return true;
        } catch (const std::exception &) {
                return false;
        }
}
