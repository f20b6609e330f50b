using System.Globalization;

namespace Responder.Detections.SecurityGroups;

/// <summary>Ports on which administrative services or data stores usually listen.</summary>
internal static class SensitivePorts
{
    private static readonly SortedDictionary<int, string> s_names = new()
    {
        [20] = "FTP",
        [21] = "FTP",
        [22] = "SSH",
        [23] = "Telnet",
        [111] = "portmapper",
        [135] = "Windows RPC",
        [137] = "NetBIOS",
        [138] = "NetBIOS",
        [139] = "NetBIOS",
        [161] = "SNMP",
        [389] = "LDAP",
        [445] = "SMB",
        [512] = "rexec",
        [513] = "rlogin",
        [514] = "rsh",
        [636] = "LDAPS",
        [873] = "rsync",
        [1433] = "SQL Server",
        [1434] = "SQL Server",
        [1521] = "Oracle",
        [2049] = "NFS",
        [2181] = "ZooKeeper",
        [2375] = "Docker",
        [2376] = "Docker",
        [2377] = "Docker",
        [2379] = "etcd",
        [2380] = "etcd",
        [3306] = "MySQL",
        [3389] = "RDP",
        [4333] = "mSQL",
        [5432] = "PostgreSQL",
        [5439] = "Redshift",
        [5500] = "VNC",
        [5601] = "Kibana",
        [5672] = "AMQP",
        [5900] = "VNC",
        [5901] = "VNC",
        [5902] = "VNC",
        [5903] = "VNC",
        [5984] = "CouchDB",
        [5985] = "WinRM",
        [5986] = "WinRM",
        [6379] = "Redis",
        [6443] = "Kubernetes API",
        [7000] = "Cassandra",
        [7001] = "Cassandra",
        [7199] = "Cassandra",
        [7474] = "Neo4j",
        [8020] = "HDFS",
        [8086] = "InfluxDB",
        [8088] = "YARN",
        [8123] = "ClickHouse",
        [8182] = "Neptune",
        [8200] = "Vault",
        [8500] = "Consul",
        [8529] = "ArangoDB",
        [8888] = "Jupyter",
        [9042] = "Cassandra",
        [9092] = "Kafka",
        [9094] = "Kafka",
        [9096] = "Kafka",
        [9098] = "Kafka",
        [9160] = "Cassandra",
        [9200] = "Elasticsearch",
        [9300] = "Elasticsearch",
        [10250] = "kubelet",
        [10255] = "kubelet",
        [11211] = "memcached",
        [15672] = "RabbitMQ",
        [26257] = "CockroachDB",
        [26379] = "Redis",
        [27017] = "MongoDB",
        [27018] = "MongoDB",
        [27019] = "MongoDB",
        [28017] = "MongoDB",
        [50000] = "Db2",
        [50070] = "HDFS",
    };

    /// <summary>"22 (SSH)" for the first sensitive port of the range; null when there is none.</summary>
    public static string? FirstIn(int from, int to)
    {
        foreach (var (port, name) in s_names)
        {
            if (port >= from && port <= to) return string.Create(CultureInfo.InvariantCulture, $"{port} ({name})");
        }

        return null;
    }
}
