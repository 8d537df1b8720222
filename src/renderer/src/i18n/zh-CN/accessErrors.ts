/** Cause and cure of what goes wrong with connections to other clusters and with access control. */
export const accessErrors = {
  ACL_PARTIAL: {
    cause: '没有在所有 Broker 上完成。缺少：{brokers}。',
    cure: '详情是其中第一个 Broker 的回答。请改正后重试，或使各 Broker 一致。'
  },
  ACL_SECRET_NOT_TOLD: {
    cause: '{broker} 不提供 {username} 的密码，无法复制该用户。',
    cure: '请以超级用户签名，或编辑该用户并输入密码，保存后会写到所有 Broker。'
  },
  CONNECTION_LOST: {
    cause: '收到应答之前，与引擎的连接断开了。',
    cure: '请等待窗口重新连接后再操作；刚才的操作可能已经生效。'
  },
  LOCAL_ONLY: {
    cause: '此操作只针对本机集群，而控制台正在查看另一个集群。',
    cure: '请在顶部切换到“本机”后重试。'
  },
  CONNECTION_NOT_FOUND: {
    cause: '没有这个编号的连接。',
    cure: '它可能已在另一个窗口中被删除。请在“连接”页面选择其他连接。'
  },
  CONNECTION_NAME_TAKEN: {
    cause: '已有名为 {name} 的连接。',
    cure: '请换一个名称。'
  },
  TOO_MANY_CONNECTIONS: {
    cause: '最多保存 {max} 个连接。',
    cure: '请删除不再需要的连接。'
  },
  SECRET_MISSING: {
    cause: '填写了 AccessKey，却没有 SecretKey。',
    cure: '请填写 SecretKey；如果集群不要求鉴权，请将两项都留空。'
  },
  ACL_REFUSED: {
    cause: '{address} 不接受这组凭证。',
    cure: '请检查 AccessKey 和 SecretKey，并确认该用户可以读取集群（资源 Cluster，操作 Get）。'
  },
  CONNECTION_CLOSED: {
    cause: '{address} 未作应答就断开了连接。',
    cure: '它可能只接受 TLS：请开启 TLS。同时确认这是 RocketMQ Nameserver 的端口（9876），而不是 gRPC 或网页端口。'
  },
  HOST_UNKNOWN: {
    cause: '{address} 中的主机名无法解析。',
    cure: '请检查拼写；本机的域名解析必须认识这台主机。'
  },
  TLS_UNTRUSTED: {
    cause: '{address} 的证书不是由本机信任的机构签发的。',
    cure: '请在本机添加其签发机构；如果确定对方是谁，也可以选择“任意证书”。'
  },
  TLS_EXPIRED: {
    cause: '{address} 的证书目前不在有效期内。',
    cure: '请更新证书、检查本机时钟，或选择“任意证书”。'
  },
  TLS_OTHER_NAME: {
    cause: '{address} 的证书属于另一个名称。',
    cure: '请使用证书上的名称，或选择“任意证书”。'
  },
  TLS_FAILED: {
    cause: '{address} 不使用 TLS。',
    cure: '请关闭 TLS，或在服务端开启（tls.server.mode）。Nameserver 和 Broker 必须都支持 TLS。'
  }
}
