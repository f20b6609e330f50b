// The loop that backtests are compared with: unpacks every log with libdeflate, finds its records with simdjson and reads the texts that a
// responder looks at first. It keeps and decides nothing.
//
//   g++ -O3 -march=native -std=c++17 -o logs logs.cpp -ldeflate -lsimdjson -pthread
//   ./logs FOLDER WORKERS
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

struct Sum {
    uint64_t records = 0;
    uint64_t texts = 0; // their lengths, so that reading them is not left out
};

class Worker {
public:
    ~Worker() { libdeflate_free_decompressor(inflater_); }

    Sum sum;

    void read(const std::string& path) {
        load(path);
        // The last four bytes say how much it unpacks to.
        uint32_t size;
        std::memcpy(&size, packed_.data() + packed_.size() - 4, 4);
        if (text_.size() < size + simdjson::SIMDJSON_PADDING) text_.resize(size + simdjson::SIMDJSON_PADDING);
        if (libdeflate_gzip_decompress(inflater_, packed_.data(), packed_.size(), text_.data(), size, nullptr) != LIBDEFLATE_SUCCESS)
            fail(path, "not unpacked");
        parse(path, size);
    }

private:
    libdeflate_decompressor* inflater_ = libdeflate_alloc_decompressor();
    simdjson::ondemand::parser parser_;
    std::vector<char> packed_, text_;

    [[noreturn]] static void fail(const std::string& path, const char* why) {
        std::fprintf(stderr, "%s: %s\n", path.c_str(), why);
        std::exit(1);
    }

    void load(const std::string& path) {
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat about;
        if (file < 0 || fstat(file, &about) != 0 || about.st_size < 18) fail(path, "not opened");
        packed_.resize(static_cast<size_t>(about.st_size));
        size_t got = 0;
        while (got < packed_.size()) {
            const auto some = ::read(file, packed_.data() + got, packed_.size() - got);
            if (some <= 0) fail(path, "not read");
            got += static_cast<size_t>(some);
        }
        close(file);
    }

    void parse(const std::string& path, size_t size) {
        try {
            auto document = parser_.iterate(text_.data(), size, text_.size());
            for (auto record : document["Records"].get_array()) {
                sum.records++;
                for (auto field : record.get_object()) {
                    const std::string_view name = field.unescaped_key();
                    if (name == "eventSource" || name == "eventName" || name == "eventID" || name == "eventTime" || name == "awsRegion"
                        || name == "recipientAccountId" || name == "errorCode")
                        sum.texts += std::string_view(field.value().get_string()).size();
                }
            }
        } catch (const simdjson::simdjson_error& e) {
            fail(path, e.what());
        }
    }
};

} // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::fprintf(stderr, "usage: logs FOLDER WORKERS\n");
        return 2;
    }

    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(words[1]))
        if (entry.is_regular_file() && entry.path().extension() == ".gz") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());

    std::atomic<size_t> next{0};
    std::vector<Sum> sums(static_cast<size_t>(std::max(1, std::atoi(words[2]))));
    std::vector<std::thread> threads;
    for (auto& sum : sums)
        threads.emplace_back([&] {
            Worker worker;
            for (size_t at; (at = next.fetch_add(1)) < files.size();) worker.read(files[at]);
            sum = worker.sum;
        });
    for (auto& thread : threads) thread.join();

    Sum all;
    for (const auto& sum : sums) all.records += sum.records, all.texts += sum.texts;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::printf("{\"records\":%llu,\"texts\":%llu,\"seconds\":%.3f}\n", static_cast<unsigned long long>(all.records),
        static_cast<unsigned long long>(all.texts), took.count());
}
