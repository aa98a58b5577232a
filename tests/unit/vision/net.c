/* Networks by XNNPACK, held against OpenCV's, which reads the same files. */
#include "vision/net.h"

#include "vision/cv_shim.h"
#include "vision/net_layers.h"

#include "unit/data.h"
#include "unit/test.h"

#include <math.h>

/* By tools/embed-bytes. */
extern const unsigned char line_net_onnx[], line_net_onnx_end[];

static struct str line_net_file(void)
{
        return str_from_bytes(line_net_onnx, (size_t)(line_net_onnx_end - line_net_onnx));
}

/* A card: [height][width][channels] for the one, channels first for the other. */
static void draw(const struct image *card, size_t channels, size_t height, size_t width, float *ret,
                 float *ret_planes)
{
        struct image small CLEANUP(image_release) = {0};
        image_init(&small, (int)width, (int)height, 3);
        CHECK(cv_resize(card, &small));
        for (size_t y = 0; y < height; y++) {
                for (size_t x = 0; x < width; x++) {
                        const uint8_t *pixel = small.pixels + y * small.stride + 3 * x;
                        for (size_t c = 0; c < channels; c++) {
                                float value = ((float)pixel[c] / 255 - 0.45f) / 0.225f;
                                ret[(y * width + x) * channels + c] = value;
                                ret_planes[(c * height + y) * width + x] = value;
                        }
                }
        }
}

static void read_card(struct image *ret)
{
        struct op op CLEANUP(op_release);
        CLEANUP(buf_release) struct buf bytes = {0};
        test_op_init(&op);
        buf_init(&bytes, image_limits_default.bytes_max);
        data_read("documents/P_resident_00_L0.jpg", &bytes);
        CHECK(image_decode(&op, buf_str(&bytes), &image_limits_default, ret) == RC_OK);
}

/* The greatest difference between what the two put out, of values up to `ret_most`. */
static double difference(struct str file, size_t channels, size_t height, size_t width, double *ret_most)
{
        char why[NET_WHY_MAX] = "";
        const int shape[] = {1, (int)channels, (int)height, (int)width};
        const char *const last = NULL;
        struct cv_tensor tensor;
        struct net_map map;
        double most = 0;
        CLEANUP(image_release) struct image card = {0};
        read_card(&card);
        cv_start();
        struct net *net = net_open(file.ptr, file.len, why);
        struct cv_net *other = cv_net_open(file.ptr, file.len, false, why);
        CHECK(net != NULL && other != NULL);
        float *planes = x_new(channels * height * width, sizeof(*planes)),
              *input = net_input(net, height, width);
        CHECK(input != NULL);
        draw(&card, channels, height, width, input, planes);
        CHECK(net_run(net, &map) && cv_net_forward(other, planes, shape, &last, 1, &tensor, why));
        CHECK((size_t)tensor.dims[1] == map.channels && (size_t)tensor.dims[2] == map.height &&
              (size_t)tensor.dims[3] == map.width);
        *ret_most = 0;
        for (size_t i = 0; i < tensor.count; i++) {
                size_t c = i / (map.height * map.width), place = i % (map.height * map.width);
                most = fmax(most, fabs((double)(tensor.values[i] - map.values[place * map.channels + c])));
                *ret_most = fmax(*ret_most, fabs((double)tensor.values[i]));
        }
        x_free(planes);
        net_close(net);
        cv_net_close(other);
        return most;
}

/* Control: weights that are not turned. */
TEST(net_reads_lines_as_opencv_does)
{
        double most;
        CHECK(difference(line_net_file(), 1, 32, 320, &most) < 1e-3);
        CHECK(most > 1);
}

/* Controls: a normalization's scale, or the upper end of a hard sigmoid, not folded in. */
TEST(net_finds_text_as_opencv_does)
{
        CLEANUP(buf_release) struct buf file = {0};
        double most;
        buf_init(&file, 8 << 20);
        data_model("ppocr_v3_det_zh.onnx", &file);
        CHECK(difference(buf_str(&file), 3, 704, 960, &most) < 1e-3);
        CHECK(most > 0.5);
}

/* Its strides divide 32; what they do not divide cannot be put together again. */
TEST(net_takes_only_sizes_that_its_strides_divide)
{
        CLEANUP(buf_release) struct buf file = {0};
        char why[NET_WHY_MAX] = "";
        struct net_map map;
        buf_init(&file, 8 << 20);
        data_model("ppocr_v3_det_zh.onnx", &file);
        struct net *net = net_open(file.ptr, file.len, why);
        CHECK(net != NULL);
        CHECK(net_input(net, 64, 65) == NULL && net_input(net, 40, 64) == NULL &&
              net_input(net, 0, 64) == NULL);
        CHECK(!net_run(net, &map));
        CHECK(net_input(net, 64, 96) != NULL && net_run(net, &map) && map.height == 64 && map.width == 96);
        net_close(net);
}

/* More sizes than are kept ready, and a rest: what is put out stays the same. */
TEST(net_answers_the_same_after_other_sizes_and_a_rest)
{
        char why[NET_WHY_MAX] = "";
        struct net_map map;
        struct net *net = net_open(line_net_file().ptr, line_net_file().len, why);
        double first[3] = {0};
        CHECK(net != NULL);
        for (int round = 0; round < 3; round++) {
                for (size_t width = 64; width <= 64 * (NET_SHAPES_MAX + 3); width += 64) {
                        float *input = net_input(net, 32, width);
                        CHECK(input != NULL);
                        for (size_t i = 0; i < 32 * width; i++)
                                input[i] = (float)((i * 7919) % 97) / 97;
                        CHECK(net_run(net, &map) && map.width == width / 4);
                        if (width == 128)
                                first[round] = (double)map.values[map.channels * 5 + 3];
                }
                if (round == 1)
                        net_rest(net);
        }
        CHECK(first[0] == first[1] && first[1] == first[2] && first[0] != 0);
        net_close(net);
}

/* Files that are cut off or changed: refused, or another network, which is run all the same. Control:
 * parse_tensor without its look at the length; the sanitizer finds reads behind the file. */
TEST(net_opens_no_file_that_is_cut_off)
{
        struct str file = line_net_file();
        char *bytes = x_new(file.len, 1);
        for (size_t i = 0; i < 400; i++) {
                char why[NET_WHY_MAX] = "";
                /* Half near the end: behind the graph are only versions. */
                size_t len = i < 200 ? file.len - 16 - i * 3 : (i - 200) * (file.len / 200);
                CHECK(net_open(file.ptr, len, why) == NULL && why[0]);
        }
        unsigned seed = 5;
        size_t opened = 0;
        for (size_t i = 0; i < 300; i++) {
                char why[NET_WHY_MAX] = "";
                memcpy(bytes, file.ptr, file.len);
                seed = seed * 1664525u + 1013904223u;
                /* Among the nodes, at the file's beginning. */
                bytes[(seed >> 8) % 3000] = (char)(seed >> 24);
                struct net *net = net_open(bytes, file.len, why);
                opened += net != NULL;
                if (net && net_input(net, 32, 64)) {
                        struct net_map map;
                        net_run(net, &map);
                }
                net_close(net);
        }
        x_free(bytes);
        CHECK(opened < 300);
}

/* Its first tensor, 24 x 1 x 5 x 5 of floats, says that there were 25. Control: parse_tensor without its look
 * at the length, which goes on to the bias. */
TEST(net_refuses_a_tensor_of_another_size_than_it_says)
{
        static const char dims[] = {8, 24, 8, 1, 8, 5, 8, 5};
        char why[NET_WHY_MAX] = "";
        struct str file = line_net_file();
        char *bytes = x_new(file.len, 1);
        memcpy(bytes, file.ptr, file.len);
        char *at = memmem(bytes, file.len, dims, sizeof(dims));
        CHECK(at != NULL);
        at[1] = 25;
        CHECK(net_open(bytes, file.len, why) == NULL);
        CHECK_STR(str_from(why), "no network in ONNX, or one that is cut off or too large");
        x_free(bytes);
}

/* One node: kind `kind`, input "a", output "b". */
TEST(net_tells_which_node_it_does_not_know)
{
        static const char file[] = "\x3a\x19\x0a\x0d\x0a\x01"
                                   "a\x12\x01"
                                   "b\x22\x05"
                                   "Gamma\x5a\x03\x0a\x01"
                                   "a\x62\x03\x0a\x01"
                                   "b";
        char why[NET_WHY_MAX] = "";
        CHECK(net_open(file, sizeof(file) - 1, why) == NULL);
        CHECK_STR(str_from(why), "node 0, Gamma: it begins with no convolution of the input");
}
